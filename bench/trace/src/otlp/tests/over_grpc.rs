//! gRPC, with the client of the protocol's own crate.

use super::requests::{gauge, logs, post, span, tally, traces};
use crate::otlp::{Limits, Receiver};
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use tonic::codec::CompressionEncoding::Gzip;

#[tokio::test]
async fn spans_arrive_plain_and_packed() {
    let receiver = Receiver::start().await.expect("a free port");
    let mut client = TraceServiceClient::connect(receiver.endpoint()).await.expect("a listener");
    let answer = client.export(traces("search", vec![span(1, 1, 9, 2), span(1, 2, 1, 3)])).await.expect("taken");
    assert_eq!(answer.into_inner().partial_success, None);
    let mut packed = client.send_compressed(Gzip);
    packed.export(traces("recommendations", vec![span(1, 3, 2, 2)])).await.expect("taken");
    let received = receiver.take();
    assert_eq!(tally(&received), (3, 0, 0, 0));
    let services: Vec<&str> = received.spans.iter().map(|span| &*span.service).collect();
    assert_eq!(services, ["search", "search", "recommendations"]);
    assert_eq!(&*received.spans[0].variants, "ch01-related-products=fixed");
    assert_eq!(tally(&receiver.take()), (0, 0, 0, 0), "taken once is taken");
}

#[tokio::test]
async fn metrics_keep_their_last_value_and_logs_their_last_warnings() {
    let receiver = Receiver::start().await.expect("a free port");
    let mut metrics = MetricsServiceClient::connect(receiver.endpoint()).await.expect("a listener");
    for value in [3.0, 7.0] {
        metrics.export(gauge("search", "db.client.connection.count", "shop", value)).await.expect("taken");
    }
    let (readings, refused) = receiver.readings();
    assert_eq!((readings.len(), refused), (1, 0));
    assert_eq!((readings[0].name.as_str(), readings[0].value), ("db.client.connection.count", 7.0));
    assert_eq!((readings[0].service.as_str(), readings[0].attributes.as_str()), ("search", "pool=shop"));

    let mut client = LogsServiceClient::connect(receiver.endpoint()).await.expect("a listener");
    for n in 0..30 {
        client.export(logs("search", &[(9, "fine"), (17, &format!("broken {n}"))])).await.expect("taken");
    }
    let kept = receiver.take().logs;
    assert_eq!((kept.records, kept.warnings, kept.last_warnings.len()), (60, 30, 20));
    assert_eq!(kept.last_warnings.back().map(String::as_str), Some("search: broken 29"));
}

#[tokio::test]
async fn a_grpc_body_that_cannot_be_read_is_counted() {
    let receiver = Receiver::start_with(Limits { body: 10_000, ..Limits::default() }).await.expect("a free port");
    let mut client = TraceServiceClient::connect(receiver.endpoint()).await.expect("a listener");
    let large = (1..1_000).map(|id| span(1, id, 0, 1)).collect();
    let error = client.export(traces("search", large)).await.expect_err("larger than the limit");
    assert_eq!(error.code(), tonic::Code::OutOfRange, "{error}");
    let garbage = [0, 0, 0, 0, 3, 0xff, 0xff, 0xff].to_vec();
    let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    post(&receiver, path, &[("content-type", "application/grpc")], garbage).await;
    assert_eq!(tally(&receiver.take()), (0, 0, 0, 2));
    client.export(traces("search", vec![span(1, 1, 0, 2)])).await.expect("the connection lives on");
    assert_eq!(tally(&receiver.take()), (1, 0, 0, 0));
}
