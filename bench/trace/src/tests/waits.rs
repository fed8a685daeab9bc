//! Queue time, and when a wait leads the latency.

use crate::sketch::{MEASURED, Sketch, db, inside, root, span, wait};
use crate::{Span, SpanKind, WaitsFor, analyse};

/// A request that waits, then asks the database.
fn request(trace: u128, waits: u64, asks: u64) -> [Span; 3] {
    let spans = [
        root(0, 2 + waits + asks),
        wait(2, 1, 1, 1 + waits).code("src/pool.rs", 9),
        db(3, 1, "select 1", 1 + waits, 1 + waits + asks),
    ];
    spans.map(|span| span.in_trace(trace))
}

#[test]
fn a_wait_that_leads_the_latency_is_named() {
    let spans = (1..=10).flat_map(|n| request(n, n as u64 * 2, 8)).collect();
    let analysis = analyse(spans, MEASURED);
    let [suspect] = analysis.suspects.as_slice() else { panic!("one suspect: {:#?}", analysis.suspects) };
    assert_eq!(
        (suspect.kind.as_str(), suspect.per_request, suspect.at.as_deref()),
        ("pool_wait", 1.0, Some("src/pool.rs:9"))
    );
    assert!((suspect.share - 110.0 / 210.0).abs() < 1e-9);
    assert_eq!(
        suspect.evidence,
        "10 of 10 requests wait, 52 % of the time; from the quicker to the slower half of the requests the wait goes from 6 to \
         16 ms, all else from 10 to 10 ms"
    );
}

#[test]
fn a_wait_before_a_query_that_makes_requests_slow_is_not_what_leads() {
    // Everybody waits 10 ms, a fifth of the time; what differs is the query.
    let spans = (1..=10).flat_map(|n| request(n, 10, n as u64 * 8)).collect();
    assert!(analyse(spans, MEASURED).suspects.is_empty());
}

#[test]
fn a_wait_that_takes_most_of_the_time_is_named_even_if_all_have_it() {
    let spans = (1..=10).flat_map(|n| request(n, 30, n as u64)).collect();
    assert_eq!(analyse(spans, MEASURED).suspects[0].kind, "pool_wait");
}

#[test]
fn a_short_wait_and_one_that_nobody_stood_in_are_not_accused() {
    let short = (1..=10).flat_map(|n| request(n, n as u64 / 3, 80)).collect();
    assert!(analyse(short, MEASURED).suspects.is_empty());
    // The wait runs beside a longer query.
    let beside = vec![root(0, 100), wait(2, 1, 1, 60), db(3, 1, "select 1", 0, 100)];
    let analysis = analyse(beside, MEASURED);
    assert!(analysis.suspects.is_empty());
    assert_eq!((analysis.waits[0].mean_ms, analysis.waits[0].share), (59.0, 0.0));
}

#[test]
fn waits_are_added_up_by_what_is_waited_for() {
    let spans = (1..=4).flat_map(|n| request(n, n as u64 * 10, 8)).collect();
    let analysis = analyse(spans, MEASURED);
    let [wait] = analysis.waits.as_slice() else { panic!("one wait: {:?}", analysis.waits) };
    assert_eq!((wait.name.as_str(), wait.waits_for), ("acquire connection", WaitsFor::Pool));
    assert_eq!((wait.times, wait.requests, wait.mean_ms, wait.longest_ms), (4, 4, 25.0, 40.0));
    assert_eq!((wait.quick_ms, wait.slow_ms), (15.0, 35.0));
    assert!((wait.share - 100.0 / 140.0).abs() < 1e-9);
    assert!((analysis.where_time_goes["wait"] - 100.0 / 140.0).abs() < 1e-9);
}

#[test]
fn a_message_waits_for_its_consumer_and_no_request_does() {
    let publish = span(2, 1, SpanKind::Producer, "publish orders", 2, 4);
    let process = span(3, 2, SpanKind::Consumer, "process orders", 19, 40);
    let request = || {
        let order = span(1, 0, SpanKind::Server, "POST /v1/orders", 0, 10);
        let work = inside(4, 3, "charge", 20, 30).of("worker");
        vec![order, publish.clone(), process.clone().of("worker"), work]
    };
    let sent = analyse(request(), MEASURED);
    let [queue] = sent.waits.as_slice() else { panic!("one queue: {:?}", sent.waits) };
    assert_eq!((queue.name.as_str(), queue.waits_for), ("process orders", WaitsFor::Consumer));
    assert_eq!((queue.times, queue.mean_ms, queue.share), (1, 15.0, 0.0));
    // The same from the worker's side, whose request begins with the message.
    let worked = analyse(request(), "worker");
    assert_eq!((worked.requests, worked.waits.len()), (1, 1));
    assert_eq!((worked.waits[0].waits_for, worked.waits[0].mean_ms), (WaitsFor::Consumer, 15.0));
    // A clock that is behind makes no wait.
    let early = span(3, 2, SpanKind::Consumer, "process orders", 1, 40).of("worker");
    assert_eq!(analyse(vec![root(0, 10), publish.clone(), early], MEASURED).waits[0].mean_ms, 0.0);
}
