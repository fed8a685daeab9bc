//! How long the bench takes to receive and to analyse 100,000 spans: `cargo run --profile perf --example trace_speed`.

use lab::otlp::Receiver;
use lab::trace::analyse;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, trace_service_client::TraceServiceClient,
};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use std::time::{Duration, Instant};

const REQUESTS: u128 = 2_000;
/// What the flawed search asks for each hit, about as long as the real statement.
const QUERY: &str = "select products.id, products.sku, products.name, products.price_cents from related_products \
    join products on products.id = related_products.related_id where related_products.product_id = $1 \
    order by related_products.score desc, products.id limit 4";

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..Default::default() }
}

fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, Value::StringValue(value.to_owned()))
}

/// Milliseconds from `start` to `end`; kind 2 is a server, 3 a client.
fn span(trace: u128, id: u64, parent: u64, kind: i32, start: u64, end: u64, attributes: Vec<KeyValue>) -> Span {
    Span {
        trace_id: trace.to_be_bytes().to_vec(),
        span_id: id.to_be_bytes().to_vec(),
        parent_span_id: parent.to_be_bytes().to_vec(),
        name: "related_products.of_product".to_owned(),
        kind,
        start_time_unix_nano: start * 1_000_000,
        end_time_unix_nano: end * 1_000_000,
        attributes,
        ..Default::default()
    }
}

/// A request of 50 spans: the server's and 49 queries.
fn request(trace: u128) -> Vec<Span> {
    let query = |n: u64| {
        let attributes = vec![
            text("db.system.name", "postgresql"),
            text("db.query.summary", "related_products.of_product"),
            text("db.query.text", QUERY),
            attribute("db.response.returned_rows", Value::IntValue(4)),
            text("code.file.path", "exercises/ch01-related-products/src/flawed.rs"),
            attribute("code.line.number", Value::IntValue(33)),
            text("code.module.name", "related_products::flawed"),
            text("target", "related_products::flawed"),
        ];
        span(trace, n + 2, 1, 3, n * 2, n * 2 + 2, attributes)
    };
    let route = vec![text("http.request.method", "GET"), text("http.route", "/v1/search")];
    std::iter::once(span(trace, 1, u64::MAX, 2, 0, 100, route)).chain((0..49).map(query)).collect()
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let receiver = Receiver::start().await?;
    let mut client = TraceServiceClient::connect(receiver.endpoint()).await?;
    let mut receiving = Duration::ZERO;
    for first in (1..=REQUESTS).step_by(10) {
        let scope_spans =
            vec![ScopeSpans { spans: (first..first + 10).flat_map(request).collect(), ..Default::default() }];
        let attributes = vec![text("service.name", "search")];
        let resource = Some(Resource { attributes, ..Default::default() });
        let resource_spans = vec![ResourceSpans { resource, scope_spans, ..Default::default() }];
        let begin = Instant::now();
        client.export(ExportTraceServiceRequest { resource_spans }).await?;
        receiving += begin.elapsed();
    }
    let received = receiver.take();
    let count = received.spans.len();
    let begin = Instant::now();
    let analysis = analyse(received.spans, "search");
    let analysing = begin.elapsed();
    println!("{count} spans received in {receiving:?} (the client's work included), analysed in {analysing:?}");
    println!("{} requests, suspects: {:?}", analysis.requests, analysis.suspects);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("peak memory unknown here"));
    Ok(())
}
