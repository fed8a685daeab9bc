//! What goes with an order, from the recommendations service: nice to have, so it never fails a request.

use http::{Request, Response};
use outgoing_calls::{Dependency, OutgoingCalls};
use proto::recommendations::v1::{ForProductsRequest, Recommendation, recommendations_client::RecommendationsClient};
use shop::ProductId;
use std::time::Duration;
use telemetry::rpc_span;
use tonic::{Status, body::Body, transport::Endpoint};
use tower::{ServiceExt as _, util::BoxCloneSyncService};
use tracing::Instrument as _;

/// Nobody waits longer than that for an extra.
const TIMEOUT: Duration = Duration::from_millis(500);
/// The service's own limit.
const MOST_PRODUCTS: usize = 100;

/// A client; without an address it has nothing to recommend.
#[derive(Clone)]
pub(crate) struct Recommendations(Option<RecommendationsClient<Client>>);

/// Its error is a status because rustc does not see that a future with a boxed one can be sent to another thread.
type Client = BoxCloneSyncService<Request<Body>, Response<Body>, Status>;

impl Recommendations {
    /// At `RECOMMENDATIONS_URL`, behind its guard. Connects when it is first used.
    pub(crate) fn new(url: Option<&str>, calls: &OutgoingCalls) -> anyhow::Result<Self> {
        let Some(url) = url else { return Ok(Self(None)) };
        let endpoint = Endpoint::from_shared(url.to_owned())
            .map_err(|error| anyhow::anyhow!("RECOMMENDATIONS_URL: {error}"))?
            .connect_timeout(TIMEOUT)
            .timeout(TIMEOUT)
            .tcp_nodelay(true);
        let guarded = calls.around(Dependency::Recommendations, endpoint.connect_lazy());
        let client = guarded.map_response(telemetry::rpc_answered).map_err(|error| {
            let status = Status::from_error(error);
            telemetry::rpc_failed(&status);
            status
        });
        let client = BoxCloneSyncService::new(client);
        Ok(Self(Some(RecommendationsClient::new(client))))
    }

    /// The client itself, where there is an address.
    pub(crate) fn client(&self) -> Option<RecommendationsClient<Client>> {
        self.0.clone()
    }

    /// Up to `limit` products that go with all of these together; `None` when the service does not answer.
    pub(crate) async fn with_products(&self, products: &[ProductId], limit: u32) -> Option<Vec<Recommendation>> {
        let mut client = self.0.clone()?;
        let product_ids = products.iter().take(MOST_PRODUCTS).map(|product| product.0).collect();
        async {
            let mut request = tonic::Request::new(ForProductsRequest { product_ids, limit });
            telemetry::inject_metadata(request.metadata_mut());
            match client.for_products(request).await {
                Ok(response) => Some(response.into_inner().items),
                Err(status) => {
                    telemetry::rpc_failed(&status);
                    tracing::warn!(code = ?status.code(), "no recommendations");
                    None
                }
            }
        }
        .instrument(rpc_span!("shop.recommendations.v1.Recommendations", "ForProducts"))
        .await
    }
}
