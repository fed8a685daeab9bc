//! What only headers show: the caller's deadline and the caller's trace, sent by a plain HTTP/2 client.

use crate::service::Service;
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use opentelemetry::trace::{SpanId, TraceId, TracerProvider as _};
use opentelemetry_sdk::{
    propagation::TraceContextPropagator,
    trace::{InMemorySpanExporter, SdkTracerProvider, SpanData},
};
use prost::Message as _;
use proto::recommendations::v1::ForProductRequest;
use std::time::Duration;
use tonic::Code;
use tracing_subscriber::{layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Calls ForProduct for product 1 with a header; gives the answer's headers.
async fn call(service: &Service, header: (&str, &str)) -> http::HeaderMap {
    call_with(service, header, ForProductRequest { product_id: 1, limit: 5 }.encode_to_vec()).await
}

async fn call_with(service: &Service, header: (&str, &str), message: Vec<u8>) -> http::HeaderMap {
    send(service, "shop.recommendations.v1.Recommendations/ForProduct", header, framed(0, &message)).await
}

/// A message in its frame, which begins with a flag: 1 for a compressed one.
fn framed(flag: u8, message: &[u8]) -> Vec<u8> {
    [&[flag], u32::try_from(message.len()).unwrap().to_be_bytes().as_slice(), message].concat()
}

async fn send(service: &Service, method: &str, header: (&str, &str), framed: Vec<u8>) -> http::HeaderMap {
    let request = http::Request::post(format!("{}/{method}", service.url))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header(header.0, header.1)
        .body(Full::new(Bytes::from(framed)))
        .unwrap();
    let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let answer = tokio::time::timeout(Duration::from_secs(5), client.request(request)).await;
    answer.unwrap().unwrap().headers().clone()
}

/// By hand, because tonic's client watches its own deadline and would hide what the server does.
#[tokio::test]
async fn a_call_ends_when_its_callers_time_is_up() {
    let service = Service::with(&[("RECOMMENDATIONS_MODEL_MS", "20000")]).await;
    let headers = call(&service, ("grpc-timeout", "200m")).await;
    assert_eq!(Code::from_bytes(headers["grpc-status"].as_bytes()), Code::DeadlineExceeded);
    service.stop().await;
}

#[tokio::test]
async fn the_callers_trace_goes_on_through_the_service_to_its_database() {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(provider.tracer("test"))).init();
    let service = Service::start().await;
    call(&service, ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")).await;
    let trace = TraceId::from_hex("0af7651916cd43dd8448eb211c80319c").unwrap();
    let spans: Vec<SpanData> = exporter.get_finished_spans().unwrap();
    let named = |name: &str| {
        let mut ours = spans.iter().filter(|span| span.span_context.trace_id() == trace);
        ours.find(|span| span.name == name).unwrap_or_else(|| panic!("no span {name} in {spans:?}"))
    };
    let attribute = |span: &SpanData, key: &str| {
        span.attributes.iter().find(|a| a.key.as_str() == key).map(|a| a.value.to_string()).unwrap_or_default()
    };
    let server = named("shop.recommendations.v1.Recommendations/ForProduct");
    assert_eq!(server.parent_span_id, SpanId::from_hex("b7ad6b7169203331").unwrap());
    assert_eq!(attribute(server, "rpc.method"), "shop.recommendations.v1.Recommendations/ForProduct");
    assert_eq!(attribute(server, "rpc.status_code"), "OK");
    let query = named("recommendations.for_product");
    assert_eq!(attribute(query, "db.response.returned_rows"), "5");
    service.stop().await;
}

/// prost reads groups of unknown fields by recursion, and stops at 100.
#[tokio::test]
async fn a_message_nested_too_deep_is_refused_and_ends_no_process() {
    let service = Service::start().await;
    for (depth, fits) in [(50, true), (150, false), (8_000, false)] {
        let mut message = ForProductRequest { product_id: 1, limit: 5 }.encode_to_vec();
        // Field 15, which no version of the message has: groups begin and end.
        message.extend(std::iter::repeat_n((15 << 3) | 3, depth).chain(std::iter::repeat_n((15 << 3) | 4, depth)));
        let headers = call_with(&service, ("te", "trailers"), message).await;
        // A refusal is in the headers, a success in the trailers.
        assert_eq!(headers.get("grpc-status").is_none(), fits, "{depth}: {headers:?}");
    }
    call(&service, ("te", "trailers")).await;
    service.stop().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_its_senders_mistake() {
    let service = Service::start().await;
    for malformed in [vec![0xff; 9], vec![0x08], vec![0x0b; 300], vec![0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]] {
        for method in ["shop.recommendations.v1.Recommendations/ForProduct", "grpc.health.v1.Health/Check"] {
            for flag in [0, 1, 243] {
                let headers = send(&service, method, ("x-a", "b"), framed(flag, &malformed)).await;
                let code = Code::from_bytes(headers["grpc-status"].as_bytes());
                assert_eq!(code, Code::InvalidArgument, "{method}, flag {flag}: {malformed:x?}");
            }
        }
    }
    service.stop().await;
}
