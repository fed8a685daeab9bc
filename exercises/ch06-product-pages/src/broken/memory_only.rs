//! Leaves Redis out, a round trip less: to be noticed by a second process, which has to load what the first one has.

use crate::{CAPACITY, Load, Loaded, Page, shared_tier::SharedTier};
use moka::future::Cache;
use shop::ProductId;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use telemetry::background_span;
use tracing::Instrument as _;

struct Kept {
    page: Page,
    fresh_until: Instant,
    refreshing: AtomicBool,
}

pub(crate) struct Pages {
    memory: Cache<ProductId, Arc<Kept>>,
    lifetime: Duration,
}

impl Pages {
    pub(crate) fn new(_shared: SharedTier, lifetime: Duration) -> Self {
        Self { memory: Cache::builder().max_capacity(CAPACITY).time_to_live(2 * lifetime).build(), lifetime }
    }

    pub(crate) async fn get(&self, id: ProductId, load: impl Load) -> Loaded {
        let (memory, lifetime) = (self.memory.clone(), self.lifetime);
        let fetch = async move {
            let page = load.await?.map(Page::from);
            if let Some(page) = &page {
                let (fresh_until, refreshing) = (Instant::now() + lifetime, AtomicBool::new(false));
                memory.insert(id, Arc::new(Kept { page: page.clone(), fresh_until, refreshing })).await;
            }
            Ok::<_, Arc<sqlx::Error>>(page)
        };
        match self.memory.get(&id).await {
            Some(kept) => {
                if Instant::now() >= kept.fresh_until && !kept.refreshing.swap(true, Ordering::AcqRel) {
                    tokio::spawn(fetch.instrument(background_span!("refresh product page")));
                }
                Ok(Some(kept.page.clone()))
            }
            None => fetch.await,
        }
    }
}
