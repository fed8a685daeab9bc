//! Loaders for each request that wait 50 ms for more to ask: one statement a level without fail, and three waits a page.
//!
//! A longer window looks like the safe side: batches can only become larger. They do not, because everything that can ask
//! has asked within the first millisecond; and the levels wait one after the other.

use crate::{
    Line, LookupError, Product, Recommendation, Sources,
    fixed::{Batch, GoesWellWith},
    sources::MOST_PRODUCTS,
};
use async_graphql::dataloader::DataLoader;
use shop::{OrderId, ProductId};
use std::{sync::Arc, time::Duration};
use tracing::Instrument as _;

/// How long a loader collects before it asks.
const WINDOW: Duration = Duration::from_millis(50);

/// The loaders of one request.
pub struct Lookups {
    sources: Sources,
    lines: DataLoader<Batch>,
    products: DataLoader<Batch>,
    recommendations: DataLoader<Batch>,
}

impl Lookups {
    pub(crate) fn new(sources: Sources) -> Self {
        let spawn = |task: futures_util::future::BoxFuture<'static, ()>| drop(tokio::spawn(task.in_current_span()));
        let loader = || DataLoader::new(Batch(sources.clone()), spawn).delay(WINDOW);
        Self { lines: loader(), products: loader(), recommendations: loader().max_batch_size(MOST_PRODUCTS), sources }
    }

    pub(crate) fn for_request(self: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self::new(self.sources.clone()))
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
