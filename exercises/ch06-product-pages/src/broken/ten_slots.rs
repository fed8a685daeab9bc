//! Keeps ten pages, and finds them by the last digit: to be noticed by the page of a product that shares it with another.

use crate::{Load, Loaded, fixed, shared_tier::SharedTier};
use shop::ProductId;
use std::time::Duration;

/// The shop window: what is in it is nearly all that anybody looks at.
const SLOTS: i64 = 10;

pub(crate) struct Pages(fixed::Pages);

impl Pages {
    pub(crate) fn new(shared: SharedTier, lifetime: Duration) -> Self {
        Self(fixed::Pages::new(shared, lifetime))
    }

    pub(crate) async fn get(&self, id: ProductId, load: impl Load) -> Loaded {
        self.0.get(ProductId(id.0 % SLOTS), load).await
    }
}
