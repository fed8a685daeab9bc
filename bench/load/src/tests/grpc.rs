//! gRPC calls by the driver to a real tonic server, whose answers the test decides.

use super::{HALF_A_SECOND, millis, whole};
use crate::{DescriptorPool, Driver, Keep, Mix, Protocol, Request, Schedule, SliceOptions, SliceResult, reflected};
use proto::recommendations::v1::recommendations_server::{Recommendations, RecommendationsServer};
use proto::recommendations::v1::{
    ForEachProductRequest, ForEachProductResponse, ForProductRequest, ForProductResponse, ForProductsRequest,
    ForProductsResponse, Recommendation, TrendingRequest, TrendingResponse,
};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request as Call, Response, Status, transport};

const SERVICE: &str = "/shop.recommendations.v1.Recommendations";

/// Notes the trace of every call; the products asked for say what becomes of it.
#[derive(Clone, Default)]
struct Known {
    seen: Arc<Mutex<Vec<(i64, String)>>>,
}

impl Known {
    fn note<T>(&self, product: i64, call: &Call<T>) {
        let trace = call.metadata().get("traceparent").unwrap().to_str().unwrap().to_owned();
        self.seen.lock().unwrap().push((product, trace));
    }
}

#[tonic::async_trait]
impl Recommendations for Known {
    async fn for_product(&self, call: Call<ForProductRequest>) -> Result<Response<ForProductResponse>, Status> {
        let ForProductRequest { product_id, limit } = *call.get_ref();
        self.note(product_id, &call);
        match product_id {
            404 => Err(Status::not_found("there is no product 404")),
            500 => Err(Status::internal("broken")),
            _ => {
                let item = |id| Recommendation { product_id: id, sku: format!("LAMP-{id}"), ..Default::default() };
                Ok(Response::new(ForProductResponse { items: (1..=i64::from(limit)).map(item).collect() }))
            }
        }
    }

    async fn for_products(&self, _: Call<ForProductsRequest>) -> Result<Response<ForProductsResponse>, Status> {
        // Larger than a frame of HTTP/2, so that it comes in pieces.
        let item = |id| Recommendation { product_id: id, name: "lamp ".repeat(200), ..Default::default() };
        Ok(Response::new(ForProductsResponse { items: (1..=50).map(item).collect() }))
    }

    async fn for_each_product(
        &self,
        _: Call<ForEachProductRequest>,
    ) -> Result<Response<ForEachProductResponse>, Status> {
        tokio::time::sleep(millis(40)).await;
        Ok(Response::new(ForEachProductResponse::default()))
    }

    async fn trending(&self, _: Call<TrendingRequest>) -> Result<Response<TrendingResponse>, Status> {
        // Never in time.
        tokio::time::sleep(millis(30_000)).await;
        Ok(Response::new(TrendingResponse::default()))
    }
}

struct Server {
    base: http::Uri,
    known: Known,
    _serving: AbortOnDropHandle<()>,
}

async fn serve() -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let known = Known::default();
    let service = RecommendationsServer::new(known.clone());
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::FILE_DESCRIPTOR_SET)
        .build_v1()
        .unwrap();
    let serving = tokio::spawn(async move {
        transport::Server::builder()
            .add_service(service)
            .add_service(reflection)
            .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)))
            .await
            .unwrap();
    });
    Server { base, known, _serving: AbortOnDropHandle::new(serving) }
}

fn call(method: &str, json: &'static str) -> Request {
    let interfaces = DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).unwrap();
    Request::grpc(&interfaces, format!("{SERVICE}/{method}"), json).unwrap()
}

/// Fifty calls in half a second, by a driver that speaks HTTP/1.1 to everything else.
async fn drive(server: &Server, request: Request, options: SliceOptions) -> SliceResult {
    let mix = Mix::new(vec![(1.0, request)]).unwrap();
    let schedule = Schedule::constant(100.0, HALF_A_SECOND, &mix, 1);
    Driver::new(Protocol::Http1).unwrap().slice(&server.base, &mix, &schedule, options).await
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_answered_counted_and_timed_like_any_request() {
    let server = serve().await;
    let request = Request {
        contains: Some(r#""sku":"LAMP-2""#.to_owned()),
        ..call("ForProduct", r#"{"productId": 7, "limit": 2}"#)
    };
    let mix = Mix::new(vec![(1.0, request.clone())]).unwrap();
    let result = drive(&server, request, SliceOptions { sampled: 1.0, keep: Keep::All, ..whole() }).await;
    assert_eq!((result.requests, result.errors, result.latency.len()), (50, 0, 50), "{:?}", result.error_kinds);
    assert!(result.samples.iter().all(|sample| sample.status == 200));
    assert_eq!(result.connections_opened, 1, "one connection carries all");
    assert_eq!(result.kept.len(), 50);
    for kept in &result.kept {
        assert!(kept.answer(&mix).unwrap().body.starts_with(br#"{"items":[{"productId":"1""#));
    }
    assert!(
        result.bytes_in > result.body_bytes && result.body_bytes == 50 * 2 * (2 + 2 + 2 + 6),
        "{}",
        result.body_bytes
    );
    let seen = server.known.seen.lock().unwrap();
    assert!(seen.iter().all(|(product, trace)| *product == 7 && trace.ends_with("-01")));
    assert_eq!(seen.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_status_is_an_error_unless_it_is_accepted() {
    let server = serve().await;
    let unknown = call("ForProduct", r#"{"productId": 404}"#);
    let refused = drive(&server, unknown.clone(), whole()).await;
    assert_eq!((refused.errors, refused.latency.len()), (50, 0));
    assert_eq!(refused.error_kinds.into_iter().collect::<Vec<_>>(), [("gRPC status NotFound".to_owned(), 50)]);
    let accepted = drive(&server, Request { accept: vec![404], ..unknown }, whole()).await;
    assert_eq!((accepted.errors, accepted.samples[0].status, accepted.body_bytes), (0, 404, 0));
    // A method the server does not have: the status comes in the headers, without a message.
    let broken = drive(&server, call("ForProduct", r#"{"productId": 500}"#), whole()).await;
    assert_eq!(broken.error_kinds.get("gRPC status Internal"), Some(&50));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_what_is_asked_for_is_an_error() {
    let server = serve().await;
    let request = Request { contains: Some("LAMP-9".to_owned()), ..call("ForProduct", r#"{"limit": 2}"#) };
    let result = drive(&server, request, whole()).await;
    assert_eq!(result.error_kinds.get("gRPC status Ok without \"LAMP-9\""), Some(&50), "{:?}", result.error_kinds);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_message_is_an_answer_and_a_large_one_is_read_whole() {
    let server = serve().await;
    let empty = drive(&server, call("ForEachProduct", ""), whole()).await;
    assert_eq!((empty.errors, empty.body_bytes), (0, 0), "{:?}", empty.error_kinds);
    let p50 = empty.latency.value_at_quantile(0.5) as f64 / 1e6;
    assert!((40.0..200.0).contains(&p50), "p50 {p50} ms");
    let large = drive(&server, call("ForProducts", ""), whole()).await;
    assert_eq!(large.errors, 0, "{:?}", large.error_kinds);
    assert!(large.body_bytes > 50 * 50 * 1_000, "{}", large.body_bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_takes_too_long_is_a_timeout_and_its_latency_is_the_timeout() {
    let server = serve().await;
    let result = drive(&server, call("Trending", ""), SliceOptions { timeout: millis(100), ..whole() }).await;
    assert_eq!(result.error_kinds.get("timeout"), Some(&50));
    assert!(result.samples.iter().all(|sample| sample.latency == millis(100)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_call_answers_with_json_and_the_status_in_http() {
    let server = serve().await;
    let driver = Driver::new(Protocol::Http1).unwrap();
    let found = driver.once(&server.base, &call("ForProduct", r#"{"limit": 1}"#), false).await.unwrap();
    let json: serde_json::Value = serde_json::from_slice(&found.body).unwrap();
    assert_eq!((found.status, &json["items"][0]["sku"]), (200, &"LAMP-1".into()));
    let unknown = driver.once(&server.base, &call("ForProduct", r#"{"productId": 404}"#), false).await.unwrap();
    assert_eq!((unknown.status, unknown.body.len()), (404, 0));
    assert_eq!(unknown.headers["grpc-status"], (Code::NotFound as i32).to_string().as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_speak_grpc_is_told() {
    let server = super::Server::start(|_| async { super::Reply::ok("hello") }).await;
    let driver = Driver::new(Protocol::Http1).unwrap();
    let mix = Mix::new(vec![(1.0, call("ForProduct", ""))]).unwrap();
    let schedule = Schedule::constant(50.0, HALF_A_SECOND, &mix, 1);
    let result = driver.slice(&server.base(), &mix, &schedule, whole()).await;
    assert_eq!(result.error_kinds.get("not a gRPC answer: no grpc-status"), Some(&25), "{:?}", result.error_kinds);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_gives_its_own_interfaces() {
    let server = serve().await;
    let path = format!("{SERVICE}/ForProduct");
    let interfaces = reflected(&server.base, &path).await.unwrap();
    let request = Request::grpc(&interfaces, path, r#"{"productId": 7, "limit": 2}"#).unwrap();
    let driver = Driver::new(Protocol::Http1).unwrap();
    let answer = driver.once(&server.base, &request, false).await.unwrap();
    let json: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((answer.status, json["items"][1]["sku"].as_str()), (200, Some("LAMP-2")));
    for (path, why) in [("/shop.Nobody/Call", "shop.Nobody"), ("Call", "/package.Service/Method")] {
        let refused = format!("{:#}", reflected(&server.base, path).await.unwrap_err());
        assert!(refused.contains(why), "{refused}");
    }
}
