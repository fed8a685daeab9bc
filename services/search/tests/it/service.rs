//! A service for a test, and a client that reads JSON.

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use proto::recommendations::v1::{
    ForEachProductRequest, ForEachProductResponse, ForProductRequest, ForProductResponse, ForProductsRequest,
    ForProductsResponse, Recommendation, TrendingRequest, TrendingResponse,
    recommendations_server::{Recommendations, RecommendationsServer},
};
use search::Settings;
use serde_json::Value;
use serving::{Shutdown, settings::Reader};
use sqlx::PgPool;
use stack::{Needs, Stack};
use std::{
    process,
    sync::atomic::{AtomicU32, Ordering},
};
use tokio::net::TcpListener;
use tonic::{Response, Status};
use tower::ServiceExt as _;

/// A running service and what it runs on.
pub(crate) struct Service {
    stack: Stack,
    database: String,
    pub(crate) db: PgPool,
    router: Router,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
}

/// Nothing listens there: port 9 is discard's, and nobody runs it.
pub(crate) const NOBODY: &str = "http://127.0.0.1:9";

impl Service {
    /// The shop out of the box, without recommendations.
    pub(crate) async fn flawed() -> Self {
        Self::with(&[]).await
    }

    /// With further settings.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let stack = stack::test_stack(Needs::NONE.with_postgres().with_redis()).await.unwrap();
        let admin = stack.database_url().unwrap();
        let database = format!("search_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let template = catalogue::template(admin, catalogue::Size::small(), |_| ()).await.unwrap();
        let url = catalogue::clone_database(admin, &template, &database).await.unwrap();
        let prefix = format!("{database}:");
        let mut all = vec![
            ("DATABASE_URL", url.as_str()),
            ("REDIS_URL", stack.redis_url().unwrap()),
            ("REDIS_PREFIX", &prefix),
            ("RECOMMENDATIONS_URL", NOBODY),
        ];
        all.retain(|(name, _)| !settings.iter().any(|(other, _)| other == name));
        all.extend(settings);
        let settings = Settings::read(Reader::from_pairs(all)).unwrap();
        let router = search::app(&settings, Shutdown::by_hand()).await.unwrap();
        let db = PgPool::connect(&url).await.unwrap();
        Self { stack, database, db, router }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        }
    }

    /// Takes the database away under the running service.
    pub(crate) async fn lose_database(&self) {
        self.stack.drop_database(&self.database).await.unwrap();
    }

    /// The stack, to look into Redis.
    pub(crate) fn redis_url(&self) -> &str {
        self.stack.redis_url().unwrap()
    }

    pub(crate) async fn stop(self) {
        drop(self.router);
        self.db.close().await;
        self.stack.drop_database(&self.database).await.unwrap();
        self.stack.stop().await.unwrap();
    }
}

/// A recommendations service with one recommendation for everything; returns its URL.
pub(crate) async fn recommendations() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    let server = tonic::transport::Server::builder().add_service(RecommendationsServer::new(One));
    tokio::spawn(server.serve_with_incoming(incoming));
    url
}

struct One;

#[tonic::async_trait]
impl Recommendations for One {
    async fn for_products(
        &self,
        request: tonic::Request<ForProductsRequest>,
    ) -> Result<Response<ForProductsResponse>, Status> {
        let asked = request.into_inner().product_ids.len();
        let item = Recommendation {
            product_id: 77,
            sku: "LMP-000077".to_owned(),
            name: format!("goes with {asked}"),
            price_cents: 995,
            score: 0.5,
        };
        Ok(Response::new(ForProductsResponse { items: vec![item] }))
    }

    async fn for_product(&self, _: tonic::Request<ForProductRequest>) -> Result<Response<ForProductResponse>, Status> {
        Err(Status::unimplemented("search asks for many"))
    }

    async fn for_each_product(
        &self,
        _: tonic::Request<ForEachProductRequest>,
    ) -> Result<Response<ForEachProductResponse>, Status> {
        Err(Status::unimplemented("search asks for all together"))
    }

    async fn trending(&self, _: tonic::Request<TrendingRequest>) -> Result<Response<TrendingResponse>, Status> {
        Err(Status::unimplemented("search does not ask"))
    }
}
