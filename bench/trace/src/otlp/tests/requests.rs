//! OTLP messages as a service would send them, and a plain HTTP client.

use crate::otlp::{Received, Receiver};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric::Data, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};

pub fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, Value::StringValue(value.to_owned()))
}

pub fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..Default::default() }
}

pub fn resource(service: &str) -> Option<Resource> {
    let attributes = vec![text("service.name", service), text("workshop.variants", "ch01-related-products=fixed")];
    Some(Resource { attributes, ..Default::default() })
}

/// A span of 5 ms; `kind` as the protocol numbers them (2 server, 3 client).
pub fn span(trace: u128, id: u64, parent: u64, kind: i32) -> Span {
    Span {
        trace_id: trace.to_be_bytes().to_vec(),
        span_id: id.to_be_bytes().to_vec(),
        parent_span_id: if parent == 0 { Vec::new() } else { parent.to_be_bytes().to_vec() },
        name: "a span".to_owned(),
        kind,
        start_time_unix_nano: 1_000_000,
        end_time_unix_nano: 6_000_000,
        ..Default::default()
    }
}

pub fn traces(service: &str, spans: Vec<Span>) -> ExportTraceServiceRequest {
    let scope_spans = vec![ScopeSpans { spans, ..Default::default() }];
    let resource_spans = vec![ResourceSpans { resource: resource(service), scope_spans, ..Default::default() }];
    ExportTraceServiceRequest { resource_spans }
}

pub fn gauge(service: &str, name: &str, pool: &str, value: f64) -> ExportMetricsServiceRequest {
    let point = NumberDataPoint {
        attributes: vec![text("pool", pool)],
        value: Some(number_data_point::Value::AsDouble(value)),
        ..Default::default()
    };
    let metric = Metric {
        name: name.to_owned(),
        unit: "{connection}".to_owned(),
        data: Some(Data::Gauge(Gauge { data_points: vec![point] })),
        ..Default::default()
    };
    let scope_metrics = vec![ScopeMetrics { metrics: vec![metric], ..Default::default() }];
    let resource_metrics = vec![ResourceMetrics { resource: resource(service), scope_metrics, ..Default::default() }];
    ExportMetricsServiceRequest { resource_metrics }
}

pub fn logs(service: &str, records: &[(i32, &str)]) -> ExportLogsServiceRequest {
    let record = |(severity_number, body): &(i32, &str)| LogRecord {
        severity_number: *severity_number,
        body: Some(AnyValue { value: Some(Value::StringValue((*body).to_owned())) }),
        ..Default::default()
    };
    let scope_logs = vec![ScopeLogs { log_records: records.iter().map(record).collect(), ..Default::default() }];
    let resource_logs = vec![ResourceLogs { resource: resource(service), scope_logs, ..Default::default() }];
    ExportLogsServiceRequest { resource_logs }
}

/// Posts a body and returns status and answer.
pub async fn post(receiver: &Receiver, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> (StatusCode, Bytes) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let mut request = Request::post(format!("{}{path}", receiver.endpoint()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(body.into())).expect("a proper request");
    let response = client.request(request).await.expect("the receiver answers");
    let status = response.status();
    (status, response.into_body().collect().await.expect("a whole body").to_bytes())
}

/// Spans kept, refused, invalid; malformed requests.
pub fn tally(received: &Received) -> (usize, u64, u64, u64) {
    (received.spans.len(), received.refused, received.invalid, received.malformed)
}
