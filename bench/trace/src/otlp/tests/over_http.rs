//! HTTP with protobuf bodies.

use super::requests::{gauge, logs, post, span, tally, traces};
use crate::otlp::{Limits, Receiver};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::StatusCode;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use std::io::Write;

type Headers<'a> = &'a [(&'a str, &'a str)];

const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[tokio::test]
async fn spans_metrics_and_logs_arrive_on_the_same_port_as_grpc() {
    let receiver = Receiver::start().await.expect("a free port");
    let body = traces("search", vec![span(1, 1, 0, 2)]).encode_to_vec();
    let (status, answer) = post(&receiver, "/v1/traces", &[PROTOBUF], body.clone()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(ExportTraceServiceResponse::decode(answer).expect("protobuf").partial_success, None);
    let (status, _) = post(&receiver, "/v1/traces", &[PROTOBUF, ("content-encoding", "gzip")], packed(&body)).await;
    assert_eq!(status, StatusCode::OK);
    let body = gauge("search", "queue.depth", "orders", 12.0).encode_to_vec();
    assert_eq!(post(&receiver, "/v1/metrics", &[PROTOBUF], body).await.0, StatusCode::OK);
    let body = logs("search", &[(13, "slow")]).encode_to_vec();
    assert_eq!(post(&receiver, "/v1/logs", &[PROTOBUF], body).await.0, StatusCode::OK);
    let received = receiver.take();
    assert_eq!(tally(&received), (2, 0, 0, 0));
    assert_eq!(received.logs.last_warnings, ["search: slow"]);
    assert_eq!(receiver.readings().0[0].value, 12.0);
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_with_the_reason_and_counted() {
    let receiver = Receiver::start_with(Limits { body: 4_096, ..Limits::default() }).await.expect("a free port");
    let gzip = ("content-encoding", "gzip");
    let cut = {
        let whole = packed(&traces("search", vec![span(1, 1, 0, 2)]).encode_to_vec());
        whole[..whole.len() / 2].to_vec()
    };
    let cases: [(Headers<'_>, Vec<u8>, u16, &str); 8] = [
        (&[PROTOBUF], b"not protobuf".to_vec(), 400, "not an OTLP request"),
        (&[PROTOBUF, gzip], b"not gzip".to_vec(), 400, "not gzip"),
        (&[PROTOBUF, gzip], cut, 400, "not gzip"),
        (&[PROTOBUF, gzip], packed(&vec![0; 50_000_000]), 413, "larger than 4096 bytes"),
        (&[PROTOBUF], vec![0; 5_000], 413, "larger than 4096 bytes"),
        (&[PROTOBUF, ("content-encoding", "br")], Vec::new(), 415, "gzip or none"),
        (&[("content-type", "application/json")], b"{}".to_vec(), 415, "application/x-protobuf only"),
        (&[], Vec::new(), 415, "application/x-protobuf only"),
    ];
    let wanted = cases.len() as u64;
    for (headers, body, status, reason) in cases {
        let (got, answer) = post(&receiver, "/v1/traces", headers, body).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(got.as_u16() == status && answer.contains(reason), "{headers:?}: {got} {answer}");
    }
    assert_eq!(tally(&receiver.take()), (0, 0, 0, wanted));
}

#[tokio::test]
async fn another_path_is_answered_with_the_ones_there_are() {
    let receiver = Receiver::start().await.expect("a free port");
    let (status, answer) = post(&receiver, "/v1/trace", &[PROTOBUF], Vec::new()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(answer.starts_with(b"POST /v1/trace is not part of OTLP: POST /v1/traces"));
    assert_eq!(tally(&receiver.take()), (0, 0, 0, 1));
}
