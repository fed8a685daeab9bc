//! Lifetimes that differ by up to a fifth, so that pages do not all run out at once. Many pages then share the load out;
//! the one page that everybody reads still runs out for everybody at the same instant.

use crate::{CAPACITY, Load, Loaded, Page, shared_tier::SharedTier};
use moka::{Expiry, future::Cache};
use shop::ProductId;
use std::{
    hash::{BuildHasher as _, RandomState},
    time::{Duration, Instant},
};

/// A page and how long it lives.
type Kept = (Page, Duration);

struct ItsOwnLifetime;

impl Expiry<ProductId, Kept> for ItsOwnLifetime {
    fn expire_after_create(&self, _: &ProductId, kept: &Kept, _: Instant) -> Option<Duration> {
        Some(kept.1)
    }

    fn expire_after_update(&self, _: &ProductId, kept: &Kept, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(kept.1)
    }
}

pub(crate) struct Pages {
    memory: Cache<ProductId, Kept>,
    shared: SharedTier,
    lifetime: Duration,
}

impl Pages {
    pub(crate) fn new(shared: SharedTier, lifetime: Duration) -> Self {
        let memory = Cache::builder().max_capacity(CAPACITY).expire_after(ItsOwnLifetime).build();
        Self { memory, shared, lifetime }
    }

    pub(crate) async fn get(&self, id: ProductId, load: impl Load) -> Loaded {
        if let Some((page, _)) = self.memory.get(&id).await {
            return Ok(Some(page));
        }
        let lifetime = self.varied(id);
        if let Some(found) = self.shared.read(id).await {
            self.memory.insert(id, (found.page.clone(), lifetime)).await;
            return Ok(Some(found.page));
        }
        let Some(page) = load.await? else { return Ok(None) };
        let page = Page::from(page);
        self.shared.write(id, &page, lifetime).await;
        self.memory.insert(id, (page.clone(), lifetime)).await;
        Ok(Some(page))
    }

    /// 80 to 100 % of the lifetime, another share each time: every `RandomState` has keys of its own.
    fn varied(&self, id: ProductId) -> Duration {
        let percent = 80 + RandomState::new().hash_one(id) % 21;
        self.lifetime.mul_f64(percent as f64 / 100.0)
    }
}
