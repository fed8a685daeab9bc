//! The recommendations service, by gRPC: nice to have, so a search does without when it fails.

use proto::recommendations::v1::{ForProductsRequest, Recommendation, recommendations_client::RecommendationsClient};
use shop::{Money, ProductCard, ProductId};
use std::time::Duration;
use telemetry::{names, rpc_span};
use tonic::{
    Code, Request,
    transport::{Channel, Endpoint},
};
use tracing::{Instrument as _, Span};

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
        self.ask(products).instrument(span).await
    }

    async fn ask(&self, products: &[ProductId]) -> Vec<ProductCard> {
        let product_ids = products.iter().map(|id| id.0).collect();
        let mut request = Request::new(ForProductsRequest { product_ids, limit: LIMIT });
        telemetry::inject_metadata(request.metadata_mut());
        match self.0.clone().for_products(request).await {
            Ok(answer) => {
                Span::current().record(names::RPC_STATUS, telemetry::rpc_status(Code::Ok));
                answer.into_inner().items.into_iter().map(card).collect()
            }
            Err(status) => {
                telemetry::rpc_failed(&status);
                tracing::warn!(code = %status.code(), message = status.message(), "no recommendations");
                Vec::new()
            }
        }
    }
}

fn card(item: Recommendation) -> ProductCard {
    let Recommendation { product_id, sku, name, price_cents, .. } = item;
    ProductCard { id: ProductId(product_id), sku, name, price_cents: Money(price_cents) }
}
