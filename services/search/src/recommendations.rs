//! The recommendations service, by gRPC: nice to have, so a search does without when it fails.

use proto::recommendations::v1::{ForProductsRequest, Recommendation, recommendations_client::RecommendationsClient};
use shop::{Money, ProductCard, ProductId};
use std::time::Duration;
use telemetry::rpc_span;
use tonic::{
    Request, Status,
    transport::{Channel, Endpoint},
};
use tracing::Instrument as _;

/// How long a search waits for its recommendations, connecting included.
const TIMEOUT: Duration = Duration::from_secs(1);
/// How many are shown.
const LIMIT: u32 = 10;

/// A client; clones share one connection.
#[derive(Clone, Debug)]
pub struct Recommendations(RecommendationsClient<Channel>);

impl Recommendations {
    /// Connects at the first call.
    #[must_use]
    pub fn lazily(at: Endpoint) -> Self {
        let endpoint = at.connect_timeout(TIMEOUT).timeout(TIMEOUT);
        Self(RecommendationsClient::new(endpoint.connect_lazy()))
    }

    /// Products that go together with these; none when there are none to ask for or the service fails.
    pub async fn for_products(&self, products: &[ProductId]) -> Vec<ProductCard> {
        if products.is_empty() {
            return Vec::new();
        }
        let span = rpc_span!("shop.recommendations.v1.Recommendations", "ForProducts");
        let answer = self.ask(products).instrument(span.clone()).await;
        answer.unwrap_or_else(|status| {
            span.record("otel.status_code", "ERROR");
            tracing::warn!(parent: &span, code = %status.code(), message = status.message(), "no recommendations");
            Vec::new()
        })
    }

    async fn ask(&self, products: &[ProductId]) -> Result<Vec<ProductCard>, Status> {
        let product_ids = products.iter().map(|id| id.0).collect();
        let mut request = Request::new(ForProductsRequest { product_ids, limit: LIMIT });
        telemetry::inject_metadata(request.metadata_mut());
        let answer = self.0.clone().for_products(request).await?;
        Ok(answer.into_inner().items.into_iter().map(card).collect())
    }
}

fn card(item: Recommendation) -> ProductCard {
    let Recommendation { product_id, sku, name, price_cents, .. } = item;
    ProductCard { id: ProductId(product_id), sku, name, price_cents: Money(price_cents) }
}
