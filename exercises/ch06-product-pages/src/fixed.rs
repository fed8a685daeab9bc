//! Loads a page once when it runs out, however many want it, and lets nobody wait for it who can have the last one.
//!
//! Between the end of a page's life and the next page in the cache lies one load, and with the plain way everybody who
//! asks in that time loads too: of 20 visitors at once, at least 15 did (the seam's tests, 40 ms a load, 2 shared cores,
//! Debian). Here the 20 make one load in a process and two at most in two. A page that has run out is still given away
//! for another lifetime, while one task makes the next:
//! - in a process the entry itself says whether a task is at it; a page nobody has is loaded under `try_get_with`;
//! - among processes a claim in Redis says so, with an end of its own in case its owner dies;
//! - loads are tasks: a visitor who leaves takes only himself away.
//!
//! With one visitor in twelve coming in such a time, the p95 became 0.51 of what it was (0.50 to 0.54 in ten runs, 2 shared
//! cores, nothing else running): half of their wait was the load.
//!
//! The fleet loads once at an expiry. Of a page that nobody kept, every process loads one: it does not wait for others.

use crate::{CAPACITY, Load, Loaded, Page, shared_tier::SharedTier};
use moka::{Expiry, future::Cache};
use shop::ProductId;
use std::{
    panic,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use telemetry::background_span;
use tokio::task::JoinError;
use tracing::Instrument as _;

/// A claim outlives the longest load (a request's own limit), and no crash keeps a page from being loaded for longer.
const CLAIM: Duration = Duration::from_secs(10);

pub(crate) struct Pages(Arc<Tiers>);

struct Tiers {
    memory: Cache<ProductId, Arc<Kept>>,
    shared: SharedTier,
    lifetime: Duration,
}

/// A page in memory: fresh for one lifetime, then of use for another.
struct Kept {
    page: Page,
    fresh_until: Instant,
    of_use_until: Instant,
    refreshing: AtomicBool,
}

struct UntilOfNoUse;

impl Expiry<ProductId, Arc<Kept>> for UntilOfNoUse {
    fn expire_after_create(&self, _: &ProductId, kept: &Arc<Kept>, now: Instant) -> Option<Duration> {
        Some(kept.of_use_until.saturating_duration_since(now))
    }

    fn expire_after_update(
        &self,
        _: &ProductId,
        kept: &Arc<Kept>,
        now: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(kept.of_use_until.saturating_duration_since(now))
    }
}

/// Why there is no page to keep.
enum Missed {
    NoSuchProduct,
    Failed(Arc<sqlx::Error>),
}

impl Pages {
    pub(crate) fn new(shared: SharedTier, lifetime: Duration) -> Self {
        let memory = Cache::builder().max_capacity(CAPACITY).expire_after(UntilOfNoUse).build();
        Self(Arc::new(Tiers { memory, shared, lifetime }))
    }

    pub(crate) async fn get(&self, id: ProductId, load: impl Load) -> Loaded {
        let Some(kept) = self.0.memory.get(&id).await else { return self.first(id, load).await };
        if Instant::now() >= kept.fresh_until && !kept.refreshing.swap(true, Ordering::AcqRel) {
            let (tiers, kept) = (Arc::clone(&self.0), Arc::clone(&kept));
            let refresh = async move {
                tiers.refresh(id, load).await;
                // Of consequence only where no newer page took this one's place: then the next visitor tries again.
                kept.refreshing.store(false, Ordering::Release);
            };
            tokio::spawn(refresh.instrument(background_span!("refresh product page")));
        }
        Ok(Some(kept.page.clone()))
    }

    /// A page that is not in memory: whoever wants it waits for the same one.
    async fn first(&self, id: ProductId, load: impl Load) -> Loaded {
        let tiers = Arc::clone(&self.0);
        let fetch = async move { tiers.memory.try_get_with(id, tiers.fetched(id, load)).await };
        match finished(tokio::spawn(fetch.in_current_span()).await) {
            Some(Ok(kept)) => Ok(Some(kept.page.clone())),
            Some(Err(missed)) => match &*missed {
                Missed::NoSuchProduct => Ok(None),
                Missed::Failed(error) => Err(Arc::clone(error)),
            },
            None => Err(Arc::new(sqlx::Error::WorkerCrashed)),
        }
    }
}

impl Tiers {
    async fn fetched(&self, id: ProductId, load: impl Load) -> Result<Arc<Kept>, Missed> {
        match self.shared.read(id).await {
            Some(found) => Ok(self.kept(found.page, found.left)),
            None => self.loaded(id, load).await,
        }
    }

    /// Asks Redis again once the claim is made: another process may just have been there.
    async fn refresh(&self, id: ProductId, load: impl Load) {
        let Some(claim) = self.shared.claim(id, CLAIM).await else { return };
        let newer = match self.shared.read(id).await {
            Some(found) if found.left > self.lifetime => Ok(self.kept(found.page, found.left)),
            _ => self.loaded(id, load).await,
        };
        match newer {
            Ok(kept) => self.memory.insert(id, kept).await,
            Err(Missed::NoSuchProduct) => {
                self.shared.remove(id).await;
                self.memory.invalidate(&id).await;
            }
            Err(Missed::Failed(error)) => tracing::warn!(%error, "the last page is given away for longer"),
        }
        self.shared.release(id, claim).await;
    }

    async fn loaded(&self, id: ProductId, load: impl Load) -> Result<Arc<Kept>, Missed> {
        let page = load.await.map_err(|error| Missed::Failed(Arc::new(error)))?.ok_or(Missed::NoSuchProduct)?;
        let (page, of_use) = (Page::from(page), 2 * self.lifetime);
        self.shared.write(id, &page, of_use).await;
        Ok(self.kept(page, of_use))
    }

    /// A page with this much of its two lifetimes left.
    fn kept(&self, page: Page, left: Duration) -> Arc<Kept> {
        let now = Instant::now();
        let fresh_until = now + left.saturating_sub(self.lifetime);
        Arc::new(Kept { page, fresh_until, of_use_until: now + left, refreshing: AtomicBool::new(false) })
    }
}

/// What a task came to; `None` where the runtime is shutting down.
fn finished<T>(joined: Result<T, JoinError>) -> Option<T> {
    match joined.map_err(JoinError::try_into_panic) {
        Ok(value) => Some(value),
        Err(Ok(panicked)) => panic::resume_unwind(panicked),
        Err(Err(_)) => None,
    }
}
