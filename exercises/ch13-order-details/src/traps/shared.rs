//! One set of loaders for the whole service, with a cache: fewest statements of all, and answers from an earlier request.
//!
//! The page of orders is what a loader's documentation shows, and a second look at it sends no statement at all. Nobody
//! tells the cache that something was sold, so it shows the stock and the price of the first time anybody asked.

use crate::{
    Line, LookupError, Product, Recommendation, Sources,
    fixed::{Batch, GoesWellWith},
    sources::MOST_PRODUCTS,
};
use async_graphql::dataloader::{DataLoader, LruCache};
use shop::{OrderId, ProductId};
use std::sync::Arc;
use tracing::Instrument as _;

/// Entries each loader keeps.
const KEPT: usize = 10_000;

/// The loaders of the service.
pub struct Lookups {
    lines: DataLoader<Batch, LruCache>,
    products: DataLoader<Batch, LruCache>,
    recommendations: DataLoader<Batch, LruCache>,
}

impl Lookups {
    pub(crate) fn new(sources: Sources) -> Self {
        let spawn = |task: futures_util::future::BoxFuture<'static, ()>| drop(tokio::spawn(task.in_current_span()));
        let loader = || DataLoader::with_cache(Batch(sources.clone()), spawn, LruCache::new(KEPT));
        Self { lines: loader(), products: loader(), recommendations: loader().max_batch_size(MOST_PRODUCTS) }
    }

    pub(crate) fn for_request(self: &Arc<Self>) -> Arc<Self> {
        Arc::clone(self)
    }

    pub(crate) async fn lines(&self, order: OrderId) -> Result<Vec<Line>, LookupError> {
        Ok(self.lines.load_one(order).await?.unwrap_or_default())
    }

    pub(crate) async fn product(&self, product: ProductId) -> Result<Option<Product>, LookupError> {
        self.products.load_one(product).await
    }

    pub(crate) async fn goes_well_with(&self, product: ProductId, limit: u32) -> Option<Vec<Recommendation>> {
        let Ok(found) = self.recommendations.load_one(GoesWellWith { product, limit }).await;
        found
    }
}
