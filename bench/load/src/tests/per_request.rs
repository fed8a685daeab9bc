//! One connection a request: as many as requests, and what it costs to connect is in the latency.

use super::{HALF_A_SECOND, Reply, Server, millis, whole};
use crate::{Driver, Mix, Protocol, Request, Reuse, Schedule};

fn fresh(path: &str) -> Request {
    Request { connection: Reuse::PerRequest, ..Request::get(path) }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_opens_its_own_connection_and_none_is_kept() {
    for protocol in [Protocol::Http1, Protocol::Http2] {
        let server = Server::start(|_| async { Reply::ok("hello") }).await;
        let mix = Mix::new(vec![(1.0, fresh("/"))]).unwrap();
        let schedule = Schedule::poisson(100.0, HALF_A_SECOND, &mix, 1);
        let driver = Driver::new(protocol).unwrap();
        let result = driver.slice(&server.base(), &mix, &schedule, whole()).await;
        assert_eq!(result.errors, 0, "{:?}", result.error_kinds);
        assert_eq!((result.connections_opened, server.connections()), (result.offered, result.offered), "{protocol:?}");
        assert_eq!(result.body_bytes, result.offered * 5);
        assert!(result.bytes_in > result.body_bytes && result.bytes_out > 0);
        // Closed after its answer, each of them: the server still has none.
        let ended = tokio::time::timeout(millis(2_000), async {
            while server.open() > 0 {
                tokio::time::sleep(millis(5)).await;
            }
        });
        assert!(ended.await.is_ok(), "{} connections are still open", server.open());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_to_connect_counts() {
    // Accepts late: the kernel has long answered, but the answer of the server waits for it. HTTP/2 shows it in the
    // handshake, HTTP/1.1 in the response; either way it lies between the scheduled instant and the last byte.
    let server = Server::start_slow(millis(60), |_| async { Reply::ok("hello") }).await;
    let mix = Mix::new(vec![(1.0, fresh("/"))]).unwrap();
    let schedule = Schedule::constant(20.0, HALF_A_SECOND, &mix, 1);
    let driver = Driver::new(Protocol::Http1).unwrap();
    let result = driver.slice(&server.base(), &mix, &schedule, whole()).await;
    assert_eq!((result.offered, result.errors, result.connections_opened), (10, 0, 10), "{:?}", result.error_kinds);
    assert!(result.samples.iter().all(|sample| sample.latency >= millis(60)), "{:?}", result.samples);

    let kept = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
    driver.slice(&server.base(), &kept, &schedule, whole()).await;
    let warm = driver.slice(&server.base(), &kept, &schedule, whole()).await;
    let p50 = warm.latency.value_at_quantile(0.5) as f64 / 1e6;
    assert!(p50 < 60.0, "a connection that is there costs nothing: p50 {p50} ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_both_kinds_and_of_both_protocols_share_a_slice() {
    let server = Server::start(|_| async { Reply::ok("hello") }).await;
    let two = Request { protocol: Some(Protocol::Http2), ..Request::get("/two") };
    let mix = Mix::new(vec![(1.0, fresh("/new")), (1.0, two)]).unwrap();
    let schedule = Schedule::constant(100.0, HALF_A_SECOND, &mix, 4);
    let result = Driver::new(Protocol::Http1).unwrap().slice(&server.base(), &mix, &schedule, whole()).await;
    let new = schedule.arrivals.iter().filter(|arrival| arrival.request == 0).count() as u64;
    assert!((10..40).contains(&new));
    assert_eq!((result.errors, result.connections_opened), (0, new + 1), "{:?}", result.error_kinds);
}
