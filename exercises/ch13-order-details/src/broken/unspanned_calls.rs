//! Still a call for each product, without a span: to be noticed by counting calls at the recommendations' door.

use crate::{Line, LookupError, Product, Recommendation, Sources, fixed};
use proto::recommendations::v1::ForProductRequest;
use shop::{OrderId, ProductId};
use std::sync::Arc;

/// The look-ups of one request.
pub struct Lookups {
    sources: Sources,
    batched: Arc<fixed::Lookups>,
}

impl Lookups {
    pub(crate) fn new(sources: Sources) -> Self {
        Self { batched: Arc::new(fixed::Lookups::new(sources.clone())), sources }
    }

    pub(crate) fn for_request(self: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self::new(self.sources.clone()))
    }

    pub(crate) async fn lines(&self, order: OrderId) -> Result<Vec<Line>, LookupError> {
        self.batched.lines(order).await
    }

    pub(crate) async fn product(&self, product: ProductId) -> Result<Option<Product>, LookupError> {
        self.batched.product(product).await
    }

    pub(crate) async fn goes_well_with(&self, product: ProductId, limit: u32) -> Option<Vec<Recommendation>> {
        let mut client = self.sources.recommendations.clone()?;
        match client.for_product(ForProductRequest { product_id: product.0, limit }).await {
            Ok(found) => Some(found.into_inner().items),
            Err(status) => (status.code() == tonic::Code::NotFound).then(Vec::new),
        }
    }
}
