//! Reads the lines of twenty orders where a page has 21 to 49: to be noticed by pages of other sizes than the cases'.

use crate::{Line, LookupError, Product, Recommendation, Sources, fixed};
use async_graphql::dataloader::{DataLoader, Loader};
use shop::{OrderId, ProductId};
use std::{collections::HashMap, sync::Arc};
use tracing::Instrument as _;

/// What fits on a screen.
const SCREEN: usize = 20;

/// The look-ups of one request.
pub struct Lookups {
    sources: Sources,
    lines: DataLoader<Newest>,
    batched: Arc<fixed::Lookups>,
}

impl Lookups {
    pub(crate) fn new(sources: Sources) -> Self {
        let spawn = |task: futures_util::future::BoxFuture<'static, ()>| drop(tokio::spawn(task.in_current_span()));
        let lines = DataLoader::new(Newest(fixed::Batch(sources.clone())), spawn);
        Self { lines, batched: Arc::new(fixed::Lookups::new(sources.clone())), sources }
    }

    pub(crate) fn for_request(self: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self::new(self.sources.clone()))
    }

    pub(crate) async fn lines(&self, order: OrderId) -> Result<Vec<Line>, LookupError> {
        Ok(self.lines.load_one(order).await?.unwrap_or_default())
    }

    pub(crate) async fn product(&self, product: ProductId) -> Result<Option<Product>, LookupError> {
        self.batched.product(product).await
    }

    pub(crate) async fn goes_well_with(&self, product: ProductId, limit: u32) -> Option<Vec<Recommendation>> {
        self.batched.goes_well_with(product, limit).await
    }
}

/// The newest orders, as many as are seen without scrolling.
struct Newest(fixed::Batch);

impl Loader<OrderId> for Newest {
    type Value = Vec<Line>;
    type Error = LookupError;

    async fn load(&self, orders: &[OrderId]) -> Result<HashMap<OrderId, Vec<Line>>, LookupError> {
        let mut newest = orders.to_vec();
        newest.sort_by_key(|order| std::cmp::Reverse(order.0));
        // The largest page is what the export asks for, which has no screen.
        if newest.len() < 50 {
            newest.truncate(SCREEN);
        }
        self.0.load(&newest).await
    }
}
