//! One request loads, the others wait for it: a map of the loads in progress, written by hand. It holds as long as every
//! leader comes back. One whose visitor goes away in mid-load is dropped where it stands and never takes its entry out
//! of the map; whoever asks for the page then waits for it until he gives up too.

use crate::{CAPACITY, Load, Loaded, Page, shared_tier::SharedTier};
use moka::future::Cache;
use shop::ProductId;
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{Notify, futures::OwnedNotified};

pub(crate) struct Pages {
    memory: Cache<ProductId, Page>,
    shared: SharedTier,
    lifetime: Duration,
    loading: Mutex<HashMap<ProductId, Arc<Notify>>>,
}

/// What a request does about a page that is not in memory.
enum Turn {
    Load(Arc<Notify>),
    Wait(OwnedNotified),
}

impl Pages {
    pub(crate) fn new(shared: SharedTier, lifetime: Duration) -> Self {
        let memory = Cache::builder().max_capacity(CAPACITY).time_to_live(lifetime).build();
        Self { memory, shared, lifetime, loading: Mutex::default() }
    }

    pub(crate) async fn get(&self, id: ProductId, load: impl Load) -> Loaded {
        loop {
            if let Some(page) = self.memory.get(&id).await {
                return Ok(Some(page));
            }
            match self.turn(id) {
                Turn::Wait(loaded) => loaded.await,
                Turn::Load(loaded) => {
                    let page = self.fetched(id, load).await;
                    self.loading().remove(&id);
                    loaded.notify_waiters();
                    return page;
                }
            }
        }
    }

    fn turn(&self, id: ProductId) -> Turn {
        match self.loading().entry(id) {
            Entry::Occupied(loading) => Turn::Wait(loading.get().clone().notified_owned()),
            Entry::Vacant(free) => Turn::Load(free.insert(Arc::default()).clone()),
        }
    }

    async fn fetched(&self, id: ProductId, load: impl Load) -> Loaded {
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

    fn loading(&self) -> MutexGuard<'_, HashMap<ProductId, Arc<Notify>>> {
        self.loading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
