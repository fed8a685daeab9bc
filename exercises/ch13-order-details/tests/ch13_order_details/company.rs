//! A recommendations service for the tests: whatever it is asked, product n goes well with n + 1, n + 2, ...; it counts calls.

use order_details::{Recommendation, Recommender};
use proto::recommendations::v1::{
    ForEachProductRequest, ForEachProductResponse, ForProductRequest, ForProductResponse, ForProductsRequest,
    ForProductsResponse, ProductRecommendations, TrendingRequest, TrendingResponse,
    recommendations_client::RecommendationsClient,
    recommendations_server::{Recommendations, RecommendationsServer},
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Request, Response, Status,
    transport::{Channel, Server},
};
use tower::{ServiceExt as _, util::BoxCloneSyncService};

/// This product is not known to it.
pub(crate) const UNKNOWN: i64 = 999_999;
/// Asked about this one it fails.
pub(crate) const FAILS: i64 = 13;
/// Nothing goes well with this one.
pub(crate) const ALONE: i64 = 7;

/// What goes well with a product.
pub(crate) fn company(product: i64, limit: u32) -> Vec<Recommendation> {
    if [UNKNOWN, ALONE].contains(&product) {
        return Vec::new();
    }
    let one = |n: i64| Recommendation {
        product_id: product + n,
        sku: format!("TST-{:06}", product + n),
        name: format!("Größe {product} 富士 {n}"),
        price_cents: n * 100,
        score: 1.0 / n as f64,
    };
    (1..=i64::from(limit)).map(one).collect()
}

/// The running service.
pub(crate) struct Company {
    pub(crate) client: Recommender,
    calls: Arc<AtomicUsize>,
}

impl Company {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::<AtomicUsize>::default();
        let server = Server::builder().add_service(RecommendationsServer::new(Service(calls.clone())));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        let channel =
            Channel::from_shared(url).unwrap().connect_lazy().map_err(|error| Status::from_error(Box::new(error)));
        Self { client: RecommendationsClient::new(BoxCloneSyncService::new(channel)), calls }
    }

    /// Calls since the last time somebody looked.
    pub(crate) fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::SeqCst)
    }
}

struct Service(Arc<AtomicUsize>);

impl Service {
    fn called(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tonic::async_trait]
impl Recommendations for Service {
    async fn for_product(&self, request: Request<ForProductRequest>) -> Result<Response<ForProductResponse>, Status> {
        self.called();
        let ForProductRequest { product_id, limit } = request.into_inner();
        match product_id {
            UNKNOWN => Err(Status::not_found("no such product")),
            FAILS => Err(Status::unavailable("told to fail")),
            _ => Ok(Response::new(ForProductResponse { items: company(product_id, limit) })),
        }
    }

    async fn for_each_product(
        &self,
        request: Request<ForEachProductRequest>,
    ) -> Result<Response<ForEachProductResponse>, Status> {
        self.called();
        let ForEachProductRequest { product_ids, limit } = request.into_inner();
        if !(1..=100).contains(&product_ids.len()) {
            return Err(Status::invalid_argument("1 to 100"));
        }
        if product_ids.contains(&FAILS) {
            return Err(Status::unavailable("told to fail"));
        }
        let list = |product_id| ProductRecommendations { product_id, items: company(product_id, limit) };
        Ok(Response::new(ForEachProductResponse { lists: product_ids.into_iter().map(list).collect() }))
    }

    async fn for_products(&self, _: Request<ForProductsRequest>) -> Result<Response<ForProductsResponse>, Status> {
        Err(Status::unimplemented("nobody asks here"))
    }

    async fn trending(&self, _: Request<TrendingRequest>) -> Result<Response<TrendingResponse>, Status> {
        Err(Status::unimplemented("nobody asks here"))
    }
}
