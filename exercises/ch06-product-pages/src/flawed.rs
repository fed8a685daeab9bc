//! Keeps each page for one lifetime: in memory, and behind that in Redis.

use crate::{CAPACITY, Load, Loaded, Page, shared_tier::SharedTier};
use moka::future::Cache;
use shop::ProductId;
use std::time::Duration;

pub(crate) struct Pages {
    memory: Cache<ProductId, Page>,
    shared: SharedTier,
    lifetime: Duration,
}

impl Pages {
    pub(crate) fn new(shared: SharedTier, lifetime: Duration) -> Self {
        let memory = Cache::builder().max_capacity(CAPACITY).time_to_live(lifetime).build();
        Self { memory, shared, lifetime }
    }

    pub(crate) async fn get(&self, id: ProductId, load: impl Load) -> Loaded {
        if let Some(page) = self.memory.get(&id).await {
            return Ok(Some(page));
        }
        if let Some(found) = self.shared.read(id).await {
            self.memory.insert(id, found.page.clone()).await;
            return Ok(Some(found.page));
        }
        let Some(page) = load.await? else { return Ok(None) };
        let page = Page::from(page);
        self.shared.write(id, &page, self.lifetime).await;
        self.memory.insert(id, page.clone()).await;
        Ok(Some(page))
    }
}
