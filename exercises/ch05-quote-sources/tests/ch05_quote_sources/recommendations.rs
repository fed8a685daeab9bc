//! A recommendations service: products up to 100 have company, 404 is not known, and it can be told to hang.

use crate::counted::Server;
use proto::recommendations::v1::{
    ForEachProductRequest, ForEachProductResponse, ForProductRequest, ForProductResponse, ForProductsRequest,
    ForProductsResponse, ProductRecommendations, Recommendation, TrendingRequest, TrendingResponse,
    recommendations_server::{self as grpc, RecommendationsServer},
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use std::time::Duration;
use tonic::{Request, Response, Status};

/// The one product that it does not know.
pub(crate) const UNKNOWN: i64 = 404;
/// Asked about this one, it never answers.
pub(crate) const HANGS: i64 = 666;

pub(crate) struct Recommendations {
    pub(crate) server: Server,
    calls: Arc<AtomicUsize>,
}

impl Recommendations {
    /// One that takes `delay` for each call.
    pub(crate) async fn taking(delay: Duration) -> Self {
        let (server, incoming) = Server::bind().await;
        let calls = Arc::new(AtomicUsize::new(0));
        let service = RecommendationsServer::new(Service { calls: calls.clone(), delay });
        tokio::spawn(tonic::transport::Server::builder().add_service(service).serve_with_incoming(incoming));
        Self { server, calls }
    }

    pub(crate) async fn start() -> Self {
        Self::taking(Duration::ZERO).await
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

struct Service {
    calls: Arc<AtomicUsize>,
    delay: Duration,
}

impl Service {
    async fn call(&self, products: &[i64]) {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if products.contains(&HANGS) {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(self.delay).await;
    }
}

/// As many as the product's number modulo four, so that some have none.
fn items(product: i64, limit: u32) -> Vec<Recommendation> {
    let item = |n: i64| Recommendation {
        product_id: product * 10 + n,
        sku: format!("TST-{:06}", product * 10 + n),
        name: format!("\"Größe\" {n} 富士 🪑"),
        price_cents: n * 100,
        score: 1.0 / (n + 1) as f64,
    };
    (0..product % 4).take(limit as usize).map(item).collect()
}

#[tonic::async_trait]
impl grpc::Recommendations for Service {
    async fn for_product(&self, request: Request<ForProductRequest>) -> Result<Response<ForProductResponse>, Status> {
        let ForProductRequest { product_id, limit } = request.into_inner();
        self.call(&[product_id]).await;
        if product_id == UNKNOWN {
            return Err(Status::not_found("no such product"));
        }
        Ok(Response::new(ForProductResponse { items: items(product_id, limit) }))
    }

    async fn for_each_product(
        &self,
        request: Request<ForEachProductRequest>,
    ) -> Result<Response<ForEachProductResponse>, Status> {
        let ForEachProductRequest { product_ids, limit } = request.into_inner();
        self.call(&product_ids).await;
        let list = |product_id: i64| {
            let items = if product_id == UNKNOWN { Vec::new() } else { items(product_id, limit) };
            ProductRecommendations { product_id, items }
        };
        Ok(Response::new(ForEachProductResponse { lists: product_ids.into_iter().map(list).collect() }))
    }

    async fn for_products(&self, _: Request<ForProductsRequest>) -> Result<Response<ForProductsResponse>, Status> {
        Err(Status::unimplemented("a quote asks for each"))
    }

    async fn trending(&self, _: Request<TrendingRequest>) -> Result<Response<TrendingResponse>, Status> {
        Err(Status::unimplemented("a quote does not ask"))
    }
}
