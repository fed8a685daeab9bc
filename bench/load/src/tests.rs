//! The driver against real servers whose behaviour is known.

mod created;
mod grpc;
mod order;
mod per_request;
mod publishing;
mod server;

use super::{Driver, Keep, Mix, Protocol, Request, Schedule, SliceOptions, SliceResult, VoidReason};
use bytes::Bytes;
use server::{Reply, Server};
use std::time::{Duration, Instant};

const HALF_A_SECOND: Duration = Duration::from_millis(500);

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn whole() -> SliceOptions {
    SliceOptions { drop_first: Duration::ZERO, ..SliceOptions::default() }
}

async fn drive(server: &Server, rate: f64, options: SliceOptions) -> SliceResult {
    let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
    let schedule = Schedule::constant(rate, HALF_A_SECOND, &mix, 1);
    Driver::new(Protocol::Http1).unwrap().slice(&server.base(), &mix, &schedule, options).await
}

#[tokio::test(flavor = "multi_thread")]
async fn latency_is_what_the_server_takes_and_the_first_part_is_left_out() {
    let server = Server::start(|_| async {
        tokio::time::sleep(millis(20)).await;
        Reply::ok("hello")
    })
    .await;
    let result = drive(&server, 100.0, SliceOptions::default()).await;
    let p50 = result.latency.value_at_quantile(0.5) as f64 / 1e6;
    assert!((20.0..40.0).contains(&p50), "p50 {p50} ms");
    assert_eq!((result.offered, result.requests, result.errors), (50, 45, 0));
    assert_eq!((result.latency.len(), result.lateness.len(), result.samples.len()), (45, 45, 45));
    assert!(result.samples.iter().all(|sample| sample.at >= millis(50) && sample.status == 200));
    assert_eq!(result.body_bytes, 45 * 5);
    assert_eq!((result.bytes_in % 45, result.bytes_out % 45), (0, 0), "the same bytes for each request");
    assert!(result.bytes_in / 45 > 5 + "HTTP/1.1 200 OK".len() as u64);
    assert!(result.wall >= HALF_A_SECOND && result.client_cpu > Duration::ZERO);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stall_shows_in_the_latency_of_every_request_scheduled_during_it() {
    let start = Instant::now();
    let stall = millis(300);
    let server = Server::start(move |_| async move {
        tokio::time::sleep_until((start + stall).into()).await;
        Reply::ok("late")
    })
    .await;
    let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
    let schedule = Schedule::constant(200.0, HALF_A_SECOND, &mix, 1);
    let before = start.elapsed();
    let result = Driver::new(Protocol::Http1).unwrap().slice(&server.base(), &mix, &schedule, whole()).await;
    assert_eq!((result.requests, result.errors), (100, 0), "{:?}", result.error_kinds);
    let mut stalled = 0;
    for sample in &result.samples {
        // The slice began a little after `before`, so what is left of the stall is at most this.
        let left = (stall - before).saturating_sub(sample.at);
        stalled += u32::from(!left.is_zero());
        assert!(sample.latency + millis(30) >= left, "at {:?}: {:?} of {left:?}", sample.at, sample.latency);
    }
    assert!(stalled >= 40, "the driver kept sending: {stalled}");
    assert!(result.connections_opened >= 40, "in flight is not capped: {}", result.connections_opened);
    let p75 = result.latency.value_at_quantile(0.75) as f64 / 1e6;
    assert!(p75 > 80.0, "a closed loop would have reported a few stalled requests only: {p75} ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_slower_than_the_rate_shows_its_growing_queue() {
    let turn = std::sync::Arc::new(tokio::sync::Mutex::new(()));
    let server = Server::start(move |_| {
        let turn = turn.clone();
        async move {
            let _turn = turn.lock().await;
            tokio::time::sleep(millis(19)).await;
            Reply::ok("one at a time")
        }
    })
    .await;
    // 20 ms each at 100/s: after half a second 25 requests wait.
    let result = drive(&server, 100.0, whole()).await;
    let (first, last) = (result.samples[2].latency, result.samples[49].latency);
    assert!(last > first + millis(300), "{first:?} at the start, {last:?} at the end");
    assert!(result.wall > millis(900), "washed out: {:?}", result.wall);
    assert_eq!(result.latency.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timed_out_request_stays_in_the_statistics_at_its_timeout() {
    let server = Server::start(|_| async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        Reply::ok("never")
    })
    .await;
    let result = drive(&server, 40.0, SliceOptions { timeout: millis(200), ..whole() }).await;
    assert_eq!((result.latency.len(), result.errors), (20, 20));
    assert_eq!(result.error_kinds.get("timeout"), Some(&20));
    assert!(result.samples.iter().all(|sample| sample.latency == millis(200) && sample.status == 0));
    assert!(!result.voided.iter().any(|reason| matches!(reason, VoidReason::UnexpectedErrors { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_void_the_slice_and_stay_out_of_the_latencies() {
    let server = Server::start(|number| async move {
        Reply { status: if number % 2 == 0 { 200 } else { 503 }, ..Reply::ok("either way") }
    })
    .await;
    let result = drive(&server, 100.0, whole()).await;
    assert_eq!((result.requests, result.errors, result.latency.len()), (50, 25, 25));
    let said = result.voided[0].to_string();
    assert_eq!(said, "25 of 50 requests failed, most of them with: status 503.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_in_mid_slice_is_counted_request_by_request() {
    let server = Server::start(|_| async { Reply::ok("alive") }).await;
    let ended = server.end_after(millis(200));
    let result = drive(&server, 100.0, whole()).await;
    ended.await.unwrap();
    assert_eq!(result.requests, 50, "nothing is dropped");
    assert!((20..=40).contains(&result.errors), "{:?}", result.error_kinds);
    let kinds = result.error_kinds.values().sum::<u64>();
    assert_eq!(kinds, result.errors);
    assert!(result.error_kinds.contains_key("cannot connect: connection refused"), "{:?}", result.error_kinds);
    assert!(!result.is_good());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_cut_under_a_request_is_an_error_of_that_request() {
    let server = Server::start(|_| async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        Reply::ok("never")
    })
    .await;
    let ended = server.end_after(millis(250));
    let result = drive(&server, 40.0, whole()).await;
    ended.await.unwrap();
    assert!(result.error_kinds.get("connection lost").is_some_and(|count| *count >= 5), "{:?}", result.error_kinds);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_where_nobody_listens_is_a_void_slice_and_not_a_panic() {
    let server = Server::start(|_| async { Reply::ok("") }).await;
    server.end_after(Duration::ZERO).await.unwrap();
    let result = drive(&server, 100.0, whole()).await;
    assert_eq!((result.errors, result.latency.len()), (50, 0));
    assert!(result.voided.contains(&VoidReason::NoSamples));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_kept_between_requests_and_between_slices() {
    let server = Server::start(|_| async { Reply::ok("again") }).await;
    let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
    let schedule = Schedule::constant(50.0, HALF_A_SECOND, &mix, 1);
    let driver = Driver::new(Protocol::Http1).unwrap();
    let first = driver.slice(&server.base(), &mix, &schedule, whole()).await;
    let second = driver.slice(&server.base(), &mix, &schedule, whole()).await;
    let opened = first.connections_opened + second.connections_opened;
    assert_eq!(opened, server.connections());
    // One on an idle machine; on a busy one a request may find the connection still taken.
    assert!((1..=15).contains(&opened), "{opened} connections for 50 requests");

    let closing = Server::start(|_| async { Reply { close: true, ..Reply::ok("once") } }).await;
    let churned = drive(&closing, 50.0, whole()).await;
    assert_eq!((churned.connections_opened, churned.errors), (25, 0), "{:?}", churned.error_kinds);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_connection_that_the_server_closed_is_replaced_without_an_error() {
    let server = Server::start(|_| async { Reply::ok("hello") }).await;
    let driver = Driver::new(Protocol::Http1).unwrap();
    for _ in 0..3 {
        driver.once(&server.base(), &Request::get("/"), false).await.unwrap();
        server.close_connections();
        // Until the close has arrived: a request sent at the very moment of it is lost, as with any client.
        tokio::time::sleep(millis(50)).await;
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_body_is_counted_on_the_wire_and_decoded() {
    let text = "pull yourself together ".repeat(500);
    let body = text.clone();
    let server = Server::start(move |_| {
        let body = body.clone();
        async move { Reply::gzip(body.as_bytes()) }
    })
    .await;
    let result = drive(&server, 50.0, SliceOptions { keep: Keep::All, ..whole() }).await;
    assert_eq!(result.body_bytes, 25 * text.len() as u64);
    assert!(result.bytes_in < result.body_bytes / 5, "{} of {}", result.bytes_in, result.body_bytes);
    assert!(result.kept.iter().map(|kept| kept.place).eq(0..25) && result.kept.iter().all(|kept| kept.is_right));
    let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
    for kept in &result.kept {
        let answer = kept.answer(&mix).unwrap();
        assert_eq!((answer.status, answer.body.as_ref()), (200, text.as_bytes()));
    }
    // Without keeping them, the lengths are the same and come from the trailers.
    assert_eq!(drive(&server, 50.0, whole()).await.body_bytes, result.body_bytes);

    let answer = Driver::new(Protocol::Http1).unwrap().once(&server.base(), &Request::get("/"), false).await.unwrap();
    assert_eq!((answer.status, answer.body), (200, Bytes::from(text)));
    assert_eq!(answer.headers["content-encoding"], "gzip");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answers_kept_of_two_slices_are_those_of_the_same_arrivals() {
    let server = Server::start(|number| async move {
        Reply { status: if number % 5 == 0 { 503 } else { 200 }, ..Reply::ok("either way") }
    })
    .await;
    let options = SliceOptions { keep: Keep::Share { share: 0.4, seed: 3 }, ..SliceOptions::default() };
    let (one, other) = (drive(&server, 100.0, options).await, drive(&server, 100.0, options).await);
    let places = |result: &SliceResult| result.kept.iter().map(|kept| kept.place).collect::<Vec<_>>();
    assert!((5..35).contains(&one.kept.len()), "about 20 of 50: {}", one.kept.len());
    assert_eq!(places(&one), places(&other));
    let right = |result: &SliceResult| result.kept.iter().filter(|kept| kept.is_right).count();
    assert!(right(&one) < one.kept.len() || right(&other) < other.kept.len(), "wrong answers are kept too");
    assert!(drive(&server, 100.0, whole()).await.kept.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_not_the_gzip_it_claims_is_an_error() {
    let server = Server::start(|_| async { Reply { gzip: true, ..Reply::ok("plain text") } }).await;
    let driver = Driver::new(Protocol::Http1).unwrap();
    let refused = driver.once(&server.base(), &Request::get("/"), false).await.unwrap_err();
    assert!(format!("{refused:#}").contains("not the gzip"), "{refused:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_carries_a_trace_id_of_its_own_and_the_flag_that_was_asked() {
    let server = Server::start(|_| async { Reply::ok("traced") }).await;
    let traced = drive(&server, 50.0, SliceOptions { sampled: 1.0, ..whole() }).await;
    let mut sent: Vec<String> = server.take_traceparents();
    let mut noted: Vec<String> =
        traced.samples.iter().map(|sample| format!("{:032x}", u128::from_be_bytes(sample.trace_id))).collect();
    assert!(sent.iter().all(|header| header.ends_with("-01")));
    sent.iter_mut().for_each(|header| *header = header[3..35].to_owned());
    sent.sort();
    noted.sort();
    assert_eq!(sent, noted);
    noted.dedup();
    assert_eq!(noted.len(), 25);

    drive(&server, 50.0, whole()).await;
    assert!(server.take_traceparents().iter().all(|header| header.ends_with("-00")));

    let mixed = drive(&server, 50.0, SliceOptions { sampled: 0.4, ..whole() }).await;
    let flags: Vec<bool> = server.take_traceparents().iter().map(|header| header.ends_with("-01")).collect();
    assert_eq!((flags.iter().filter(|flag| **flag).count(), mixed.sampled, mixed.offered), (10, 10, 25));
    assert!(
        flags.windows(2).filter(|pair| pair[0] != pair[1]).count() > 2,
        "mixed, not one after the other: {flags:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_carries_all_requests_on_one_connection() {
    let server = Server::start(|_| async {
        tokio::time::sleep(millis(50)).await;
        Reply::ok("multiplexed")
    })
    .await;
    let mix = Mix::new(vec![(1.0, Request::get("/two?n=1"))]).unwrap();
    let schedule = Schedule::constant(200.0, HALF_A_SECOND, &mix, 1);
    let driver = Driver::new(Protocol::Http2).unwrap();
    let result = driver.slice(&server.base(), &mix, &schedule, whole()).await;
    assert_eq!((result.requests, result.errors), (100, 0), "{:?}", result.error_kinds);
    assert_eq!((result.connections_opened, server.connections()), (1, 1));
    assert!(result.bytes_in > 100 * 11 && result.bytes_out > 100 * 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_without_a_port_is_told_in_the_result() {
    let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
    let schedule = Schedule::constant(10.0, millis(100), &mix, 1);
    let base = http::Uri::from_static("http://localhost");
    let result = Driver::new(Protocol::Http1).unwrap().slice(&base, &mix, &schedule, whole()).await;
    assert!(result.voided[0].to_string().contains("no port"), "{}", result.voided[0]);
}

/// Prints what the driver costs and how late it is; run by hand, optimised:
/// `cargo test --profile perf --lib -- --ignored --nocapture what_the_driver_costs`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, for a quiet machine"]
async fn what_the_driver_costs() {
    let server = Server::start(|_| async { Reply::ok("x") }).await;
    let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
    let driver = Driver::new(Protocol::Http1).unwrap();
    for rate in [100.0, 500.0, 2000.0] {
        let schedule = Schedule::poisson(rate, Duration::from_secs(4), &mix, 3);
        let result = driver.slice(&server.base(), &mix, &schedule, SliceOptions::default()).await;
        let us = |h: &hdrhistogram::Histogram<u64>, q| h.value_at_quantile(q) as f64 / 1e3;
        println!(
            "{rate}/s: CPU {:?} a request; lateness p50 {:.0} µs p99 {:.0} µs; latency p50 {:.0} µs p99 {:.0} µs; {} connections; {:?}",
            result.client_cpu_per_request(),
            us(&result.lateness, 0.5),
            us(&result.lateness, 0.99),
            us(&result.latency, 0.5),
            us(&result.latency, 0.99),
            result.connections_opened,
            result.voided
        );
    }
}
