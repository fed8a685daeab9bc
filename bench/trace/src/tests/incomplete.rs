//! What is left out, and that it is counted.

use crate::sketch::{MEASURED, Sketch, db, inside, root, rpc, span};
use crate::{Key, Span, SpanKind, analyse};

fn outcome(spans: Vec<Span>) -> (usize, usize, usize) {
    let analysis = analyse(spans, MEASURED);
    (analysis.requests, analysis.incomplete, analysis.unrelated)
}

#[test]
fn the_entry_may_hang_on_the_span_of_the_bench_or_on_none() {
    let alone = span(1, 0, SpanKind::Server, "GET /v1/search", 0, 9).in_trace(2);
    assert_eq!(outcome(vec![root(0, 10), alone]), (2, 0, 0));
}

#[test]
fn a_trace_with_a_missing_parent_is_counted_and_left_out() {
    let spans = vec![root(0, 10), db(3, 2, "select 1", 1, 4), root(0, 10).in_trace(2)];
    assert_eq!(outcome(spans), (1, 1, 0));
}

#[test]
fn a_server_span_of_another_service_may_not_hang_on_a_missing_parent() {
    let callee = span(5, 4, SpanKind::Server, "GoTogether", 2, 6).of("recommendations");
    assert_eq!(outcome(vec![root(0, 10), callee.clone()]), (0, 1, 0));
    assert_eq!(outcome(vec![callee]), (0, 1, 0));
}

#[test]
fn a_missing_root_leaves_the_trace_out() {
    assert_eq!(outcome(vec![db(2, 1, "select 1", 1, 4), rpc(3, 1, 4, 6)]), (0, 1, 0));
}

#[test]
fn two_unknown_parents_in_one_trace_mean_that_one_was_lost() {
    assert_eq!(outcome(vec![root(0, 10), span(2, 77, SpanKind::Server, "GET /v1/search", 2, 5)]), (0, 1, 0));
}

#[test]
fn spans_that_hang_on_each_other_are_left_out() {
    assert_eq!(outcome(vec![root(0, 10), inside(2, 3, "a", 1, 4), inside(3, 2, "b", 1, 4)]), (0, 1, 0));
    assert_eq!(outcome(vec![inside(2, 2, "itself", 1, 4)]), (0, 1, 0));
}

#[test]
fn a_clock_that_jumps_back_within_a_span_leaves_the_trace_out() {
    assert_eq!(outcome(vec![root(0, 10), db(2, 1, "select 1", 6, 4)]), (0, 1, 0));
}

#[test]
fn health_probes_and_background_work_are_no_requests() {
    let probe = span(1, 0, SpanKind::Server, "GET /readyz", 0, 1).with(&[(Key::HttpRoute, "/readyz")]);
    assert_eq!(outcome(vec![probe, inside(1, 0, "refresh", 0, 5).in_trace(2)]), (0, 0, 2));
}

#[test]
fn work_that_nobody_waits_for_costs_queries_and_no_time() {
    let background = inside(2, 1, "refresh", 3, 40).with(&[(Key::WorkshopKind, "background")]);
    let query = db(3, 2, "select page", 4, 30);
    let analysis = analyse(vec![root(0, 10), background, query], MEASURED);
    assert_eq!((analysis.requests, analysis.mean_ms), (1, 10.0));
    assert_eq!(analysis.counts["db_queries_per_request"], 1.0);
    assert_eq!(analysis.mean_ms_by_kind["own"], 10.0);
}

#[test]
fn a_span_that_comes_twice_counts_once() {
    let query = db(2, 1, "select 1", 1, 4);
    let analysis = analyse(vec![root(0, 10), query.clone(), query], MEASURED);
    assert_eq!((analysis.duplicates, analysis.counts["db_queries_per_request"]), (1, 1.0));
}

#[test]
fn a_call_back_into_the_service_is_part_of_the_first_request() {
    let other = span(3, 2, SpanKind::Server, "other", 2, 8).of("recommendations");
    let call = rpc(4, 3, 3, 7).of("recommendations");
    let back = span(5, 4, SpanKind::Server, "GET /v1/products/{id}", 4, 6);
    assert_eq!(outcome(vec![root(0, 10), rpc(2, 1, 1, 9), other, call, back]), (1, 0, 0));
}

#[test]
fn nothing_at_all_is_an_empty_analysis() {
    let analysis = analyse(Vec::new(), MEASURED);
    assert_eq!((analysis.requests, analysis.incomplete), (0, 0));
    assert!(analysis.where_time_goes.is_empty() && analysis.counts.is_empty() && analysis.suspects.is_empty());
    assert!(analysis.typical.is_none() && analysis.slow.is_none() && analysis.queries.is_empty());
}

#[test]
fn a_request_of_no_length_divides_nothing_by_zero() {
    let analysis = analyse(vec![root(5, 5), db(2, 1, "select 1", 5, 5)], MEASURED);
    assert_eq!(analysis.requests, 1);
    assert!(analysis.queries.iter().all(|query| query.share == 0.0));
    assert!(analysis.suspects.is_empty());
}
