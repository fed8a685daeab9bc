//! Critical paths and kinds, against numbers computed by hand.

use super::{expected, milliseconds};
use crate::sketch::{Sketch, cache, db, inside, root, rpc, span, wait};
use crate::{Key, Span, SpanKind};

#[test]
fn calls_one_after_another_add_up_and_the_rest_is_own_code() {
    let spans = vec![root(0, 20), db(2, 1, "select 1", 2, 7), cache(3, 1, "GET", 7, 9), rpc(4, 1, 10, 16)];
    assert_eq!(milliseconds(spans), expected(&[("cache", 2.0), ("db", 5.0), ("own", 7.0), ("rpc", 6.0)]));
}

#[test]
fn children_that_meet_at_one_timestamp_are_all_on_the_path() {
    let mut spans = vec![root(0, 10)];
    spans.extend((0..10).map(|n| db(10 + n, 1, "select 1", n, n + 1)));
    assert_eq!(milliseconds(spans), expected(&[("db", 10.0)]));
}

#[test]
fn parallel_children_are_counted_once_and_the_longest_is_the_one() {
    let spans = vec![root(0, 12), db(2, 1, "select 1", 1, 5), cache(3, 1, "GET", 1, 4), rpc(4, 1, 1, 10)];
    assert_eq!(milliseconds(spans), expected(&[("own", 3.0), ("rpc", 9.0)]));
}

#[test]
fn a_call_still_running_when_the_next_began_was_not_waited_for() {
    let spans = vec![root(0, 10), db(2, 1, "select 1", 0, 6), cache(3, 1, "GET", 4, 10)];
    assert_eq!(milliseconds(spans), expected(&[("cache", 6.0), ("own", 4.0)]));
}

#[test]
fn an_overlap_of_less_than_a_hundredth_is_clock_noise() {
    let mut early = db(2, 1, "select 1", 0, 50);
    early.end_ns += 400_000;
    let spans = vec![root(0, 100), early, cache(3, 1, "GET", 50, 100)];
    assert_eq!(milliseconds(spans), expected(&[("cache", 50.0), ("db", 50.0)]));
}

#[test]
fn a_child_that_sticks_out_of_its_parent_is_cut_to_it() {
    let spans =
        vec![root(10, 20), inside(2, 1, "page", 12, 16), db(3, 2, "select 1", 8, 14), db(4, 2, "select 2", 15, 30)];
    assert_eq!(milliseconds(spans), expected(&[("db", 3.0), ("own", 7.0)]));
}

#[test]
fn a_child_outside_of_its_parent_is_not_on_the_path() {
    let spans = vec![root(10, 20), db(2, 1, "select 1", 20, 25), db(3, 1, "select 2", 2, 9)];
    assert_eq!(milliseconds(spans), expected(&[("own", 10.0)]));
}

#[test]
fn a_remote_clock_is_not_trusted_beyond_the_call() {
    let skewed = |shift: u64| {
        let server = span(5, 4, SpanKind::Server, "GoTogether", 2 + shift, 6 + shift).of("recommendations");
        let query = db(6, 5, "select 3", 3 + shift, 5 + shift).of("recommendations");
        vec![root(0, 10), rpc(4, 1, 2, 8), server, query]
    };
    for shift in [0, 4, 500] {
        assert_eq!(milliseconds(skewed(shift)), expected(&[("own", 4.0), ("rpc", 6.0)]), "shifted by {shift} ms");
    }
}

#[test]
fn what_a_callee_does_counts_as_the_call() {
    let server = span(5, 4, SpanKind::Server, "GoTogether", 2, 8).of("recommendations");
    let inner =
        [db(6, 5, "select 3", 3, 5), cache(7, 5, "GET", 5, 6), wait(8, 5, 6, 7)].map(|s| s.of("recommendations"));
    let mut spans = vec![root(0, 10), rpc(4, 1, 1, 9), server];
    spans.extend(inner);
    assert_eq!(milliseconds(spans), expected(&[("own", 2.0), ("rpc", 8.0)]));
}

#[test]
fn a_wait_for_a_connection_within_a_query_is_a_wait() {
    let spans = vec![root(0, 10), db(2, 1, "select 1", 1, 9), wait(3, 2, 1, 6)];
    assert_eq!(milliseconds(spans), expected(&[("db", 3.0), ("own", 2.0), ("wait", 5.0)]));
}

#[test]
fn serialisation_and_its_inner_spans_are_serialisation() {
    let format = inside(2, 1, "format", 5, 9).with(&[(Key::WorkshopKind, "serialization")]);
    let spans = vec![root(0, 10), format, inside(3, 2, "markdown", 6, 8)];
    assert_eq!(milliseconds(spans), expected(&[("own", 6.0), ("serialization", 4.0)]));
}

#[test]
fn a_http_call_to_the_partners_is_partner_time_and_a_lower_layer_does_not_change_that() {
    let http = [(Key::HttpMethod, "POST"), (Key::UrlTemplate, "/payments"), (Key::ServerAddress, "127.0.0.1")];
    let call = span(2, 1, SpanKind::Client, "pay", 1, 9).with(&http).with(&[(Key::PeerService, "partners")]);
    let layer = span(3, 2, SpanKind::Client, "POST", 2, 8).with(&http);
    let analysis = crate::analyse(vec![root(0, 10), call, layer], "search");
    assert_eq!(analysis.mean_ms_by_kind["partner"], 8.0);
    assert_eq!((analysis.counts["partner_calls_per_request"], analysis.counts["rpc_calls_per_request"]), (1.0, 0.0));
}

#[test]
fn a_consumer_is_not_waited_for_by_its_producer() {
    let broker = [(Key::MessagingSystem, "rabbitmq"), (Key::MessagingDestination, "orders")];
    let publish = span(2, 1, SpanKind::Producer, "publish orders", 2, 3).with(&broker);
    let consume = |start, end| span(3, 2, SpanKind::Consumer, "process orders", start, end).of("order-worker");
    for (start, end) in [(2, 3), (2, 9), (30, 60)] {
        let spans: Vec<Span> =
            vec![root(0, 10), publish.clone(), consume(start, end), db(4, 3, "insert", start, end).of("order-worker")];
        let analysis = crate::analyse(spans, "search");
        assert_eq!((analysis.mean_ms_by_kind["broker"], analysis.mean_ms_by_kind["own"]), (1.0, 9.0));
        assert_eq!(analysis.counts["messages_published_per_request"], 1.0);
        assert_eq!(analysis.counts["db_queries_per_request"], 0.0);
    }
}

#[test]
fn a_worker_is_measured_by_its_consumer_spans() {
    let spans = vec![span(1, 9, SpanKind::Consumer, "process orders", 0, 10), db(2, 1, "insert into orders", 2, 6)];
    assert_eq!(milliseconds(spans), expected(&[("db", 4.0), ("own", 6.0)]));
}

#[test]
fn a_trace_a_hundred_thousand_spans_deep_does_not_overflow_the_stack() {
    let mut spans = vec![root(0, 10)];
    spans.extend((2..100_000).map(|n| inside(n, n - 1, "deeper", 0, 10)));
    assert_eq!(milliseconds(spans), expected(&[("own", 10.0)]));
}
