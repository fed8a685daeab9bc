//! Remembers which products there are not: to be noticed by a product that is new, and was asked for before it came.

use crate::{Load, Loaded, fixed, shared_tier::SharedTier};
use shop::ProductId;
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

pub(crate) struct Pages {
    pages: fixed::Pages,
    absent: Mutex<HashSet<ProductId>>,
}

impl Pages {
    pub(crate) fn new(shared: SharedTier, lifetime: Duration) -> Self {
        Self { pages: fixed::Pages::new(shared, lifetime), absent: Mutex::default() }
    }

    pub(crate) async fn get(&self, id: ProductId, load: impl Load) -> Loaded {
        // Crawlers ask for these all day, and each costs a load.
        if self.absent.lock().unwrap_or_else(PoisonError::into_inner).contains(&id) {
            return Ok(None);
        }
        let found = self.pages.get(id, load).await;
        if matches!(found, Ok(None)) {
            self.absent.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        }
        found
    }
}
