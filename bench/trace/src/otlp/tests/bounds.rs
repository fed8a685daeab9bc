//! A flood is turned away and counted.

use super::requests::{attribute, gauge, logs, post, span, tally, text, traces};
use crate::otlp::{Limits, Receiver};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_beyond_the_limit_are_refused_counted_and_the_sender_is_told() {
    let receiver = Receiver::start_with(Limits { spans: 1_000, ..Limits::default() }).await.expect("a free port");
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..8u128 {
        let endpoint = receiver.endpoint();
        senders.spawn(async move {
            let mut client = TraceServiceClient::connect(endpoint).await.expect("a listener");
            let mut rejected = 0;
            for batch in 0..10u64 {
                let spans = (1..=512).map(|n| span(sender + 1, batch * 512 + n, 0, 2)).collect();
                let answer = client.export(traces("search", spans)).await.expect("an answer").into_inner();
                rejected += answer.partial_success.map_or(0, |part| part.rejected_spans);
            }
            rejected
        });
    }
    let told: i64 = senders.join_all().await.into_iter().sum();
    let received = receiver.take();
    assert_eq!(tally(&received), (1_000, 8 * 10 * 512 - 1_000, 0, 0));
    assert_eq!(told, 8 * 10 * 512 - 1_000);
    let mut client = TraceServiceClient::connect(receiver.endpoint()).await.expect("a listener");
    client.export(traces("search", vec![span(99, 1, 0, 2)])).await.expect("an answer");
    assert_eq!(tally(&receiver.take()), (1, 0, 0, 0), "taking makes room");
}

#[tokio::test]
async fn long_texts_are_cut_and_many_of_them_are_refused() {
    let limits = Limits { bytes: 100_000, ..Limits::default() };
    let receiver = Receiver::start_with(limits).await.expect("a free port");
    let mut client = TraceServiceClient::connect(receiver.endpoint()).await.expect("a listener");
    let spans = (1..=100).map(|id| {
        let mut span = span(1, id, 0, 3);
        span.attributes = vec![text("db.query.text", &format!("{id} {}", "ü".repeat(50_000)))];
        span
    });
    client.export(traces("search", spans.collect())).await.expect("an answer");
    let received = receiver.take();
    assert!((20..30).contains(&received.spans.len()), "{} spans kept", received.spans.len());
    assert_eq!(received.spans.len() as u64 + received.refused, 100);
}

#[tokio::test]
async fn spans_without_proper_ids_are_counted_as_invalid() {
    let receiver = Receiver::start().await.expect("a free port");
    let mut spans = vec![span(0, 1, 0, 2), span(1, 0, 0, 2), span(1, 1, 0, 2), span(1, 2, 1, 99)];
    spans[2].trace_id = vec![1; 15];
    spans.push(span(1, 3, 0, 1));
    spans[4].parent_span_id = vec![1; 7];
    let body = traces("search", spans).encode_to_vec();
    post(&receiver, "/v1/traces", &[("content-type", "application/x-protobuf")], body).await;
    assert_eq!(tally(&receiver.take()), (1, 0, 4, 0));
}

#[tokio::test]
async fn metric_series_beyond_the_limit_are_counted() {
    let receiver = Receiver::start_with(Limits { series: 10, ..Limits::default() }).await.expect("a free port");
    for n in 0..30 {
        let body = gauge("search", "pool.size", &format!("pool {n}"), 1.0).encode_to_vec();
        post(&receiver, "/v1/metrics", &[("content-type", "application/x-protobuf")], body).await;
    }
    let (readings, refused) = receiver.readings();
    assert_eq!((readings.len(), refused), (10, 20));
}

#[tokio::test]
async fn values_that_are_no_text_or_number_are_passed_over() {
    let receiver = Receiver::start().await.expect("a free port");
    let mut odd = span(1, 1, 0, 2);
    odd.attributes = vec![attribute("http.route", Value::BytesValue(vec![0xff])), text("unknown", "x")];
    odd.end_time_unix_nano = u64::MAX;
    let body = traces("search", vec![odd]).encode_to_vec();
    post(&receiver, "/v1/traces", &[("content-type", "application/x-protobuf")], body).await;
    let received = receiver.take();
    assert!(received.spans[0].attributes.is_empty());
    assert_eq!(crate::analyse(received.spans, "search").requests, 1);
}

#[tokio::test]
async fn a_dropped_receiver_lets_go_of_its_port() {
    let receiver = Receiver::start().await.expect("a free port");
    let address = receiver.endpoint().replace("http://", "");
    drop(receiver);
    for _ in 0..100 {
        if tokio::net::TcpListener::bind(&address).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{address} is still taken");
}

#[tokio::test]
async fn spans_that_come_after_their_trace_was_taken_are_counted_and_not_mixed_with_the_next() {
    let receiver = Receiver::start().await.expect("a free port");
    let send = async |spans| {
        let body = traces("search", spans).encode_to_vec();
        post(&receiver, "/v1/traces", &[("content-type", "application/x-protobuf")], body).await;
    };
    send(vec![span(1, 1, 9, 2), span(1, 2, 1, 3)]).await;
    assert_eq!(receiver.take().spans.len(), 2);
    drop(receiver.take());
    send(vec![span(1, 3, 1, 3), span(2, 1, 9, 2)]).await;
    let received = receiver.take();
    assert_eq!((received.spans.len(), received.late, received.lost().late), (1, 1, 1));
    let analysis = crate::analyse(received.spans, "search");
    assert_eq!((analysis.requests, analysis.incomplete), (1, 0));
}

#[tokio::test]
async fn a_service_that_drops_spans_is_heard() {
    let receiver = Receiver::start().await.expect("a free port");
    let says = "BatchSpanProcessor dropped a Span due to queue full. No further log will be emitted";
    let body = logs("search", &[(13, says), (13, "something else")]).encode_to_vec();
    post(&receiver, "/v1/logs", &[("content-type", "application/x-protobuf")], body).await;
    assert_eq!(receiver.take().lost().dropped_by_services, 1);
}
