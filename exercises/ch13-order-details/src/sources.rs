//! Where the look-ups read from: the database, and the recommendations over gRPC.

use http::{Request, Response};
use proto::recommendations::v1::{
    ForEachProductRequest, ForProductRequest, ProductRecommendations, Recommendation,
    recommendations_client::RecommendationsClient,
};
use sqlx::PgPool;
use telemetry::rpc_span;
use tonic::{Code, Status, body::Body};
use tower::util::BoxCloneSyncService;
use tracing::{Instrument as _, Span};

/// The most products in one call of [`Sources::recommended_for_each`].
pub const MOST_PRODUCTS: usize = 100;

/// A client of the recommendations, whatever guards its calls.
pub type Recommender = RecommendationsClient<BoxCloneSyncService<Request<Body>, Response<Body>, Status>>;

/// Everything there is to read from; cheap to clone.
#[derive(Clone)]
pub struct Sources {
    /// The shop's database.
    pub db: PgPool,
    /// The recommendations; a shop may be without.
    pub recommendations: Option<Recommender>,
}

impl Sources {
    /// What goes well with one product; `None` when the recommendations do not answer.
    pub(crate) async fn recommended_for(&self, product_id: i64, limit: u32) -> Option<Vec<Recommendation>> {
        let mut client = self.recommendations.clone()?;
        let call = async {
            let mut request = tonic::Request::new(ForProductRequest { product_id, limit });
            telemetry::inject_metadata(request.metadata_mut());
            match client.for_product(request).await {
                Ok(response) => Some(response.into_inner().items),
                // Nothing goes with a product that was taken out of the shop a moment ago.
                Err(status) if status.code() == Code::NotFound => Some(Vec::new()),
                Err(status) => unanswered(&status),
            }
        };
        call.instrument(rpc_span!("shop.recommendations.v1.Recommendations", "ForProduct")).await
    }

    /// What goes well with each of up to [`MOST_PRODUCTS`]; `None` when the recommendations do not answer.
    pub(crate) async fn recommended_for_each(
        &self,
        product_ids: Vec<i64>,
        limit: u32,
    ) -> Option<Vec<ProductRecommendations>> {
        let mut client = self.recommendations.clone()?;
        let call = async {
            let mut request = tonic::Request::new(ForEachProductRequest { product_ids, limit });
            telemetry::inject_metadata(request.metadata_mut());
            match client.for_each_product(request).await {
                Ok(response) => Some(response.into_inner().lists),
                Err(status) => unanswered(&status),
            }
        };
        call.instrument(rpc_span!("shop.recommendations.v1.Recommendations", "ForEachProduct")).await
    }
}

fn unanswered<T>(status: &Status) -> Option<T> {
    Span::current().record("otel.status_code", "ERROR");
    tracing::warn!(code = ?status.code(), "no recommendations");
    None
}
