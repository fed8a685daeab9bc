//! Gives every page ten times its lifetime: to be noticed when a price or a stock has changed and is not shown two lifetimes later.

use crate::{Load, Loaded, fixed, shared_tier::SharedTier};
use shop::ProductId;
use std::time::Duration;

pub(crate) struct Pages(fixed::Pages);

impl Pages {
    pub(crate) fn new(shared: SharedTier, lifetime: Duration) -> Self {
        // Expiries are what hurts: a tenth of them hurts a tenth.
        Self(fixed::Pages::new(shared, 10 * lifetime))
    }

    pub(crate) async fn get(&self, id: ProductId, load: impl Load) -> Loaded {
        self.0.get(id, load).await
    }
}
