//! Waiting until everything has come.

use super::requests::{span, traces};
use crate::otlp::Receiver;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use std::time::{Duration, Instant};

const CAP: Duration = Duration::from_secs(20);

#[tokio::test]
async fn it_ends_soon_after_the_expected_requests_and_whatever_follows_them() {
    let receiver = Receiver::start().await.expect("a free port");
    let mut client = TraceServiceClient::connect(receiver.endpoint()).await.expect("a listener");
    let sender = tokio::spawn(async move {
        for trace in 1..=3u128 {
            tokio::time::sleep(Duration::from_millis(300)).await;
            client.export(traces("search", vec![span(trace, 1, 9, 2)])).await.expect("taken");
        }
        // The callee's exporter is a turn behind.
        tokio::time::sleep(Duration::from_millis(200)).await;
        client.export(traces("recommendations", vec![span(3, 2, 1, 2)])).await.expect("taken");
    });
    let begin = Instant::now();
    receiver.settle(3, CAP).await;
    assert!(begin.elapsed() < Duration::from_secs(5), "took {:?}", begin.elapsed());
    assert_eq!(receiver.take().spans.len(), 4);
    sender.await.expect("the sender is done");
}

#[tokio::test]
async fn it_gives_up_when_nothing_comes_or_the_cap_is_over() {
    let receiver = Receiver::start().await.expect("a free port");
    let begin = Instant::now();
    receiver.settle(100, CAP).await;
    assert!((2..4).contains(&begin.elapsed().as_secs()), "took {:?}", begin.elapsed());
    let begin = Instant::now();
    receiver.settle(100, Duration::from_millis(100)).await;
    assert!(begin.elapsed() < Duration::from_secs(1), "took {:?}", begin.elapsed());
}
