//! Suspects: who must be named, and who must not.

use crate::sketch::{MEASURED, Sketch, cache, db, inside, root, rpc, span};
use crate::{Analysis, Key, Span, SpanKind, Suspect, analyse};

const RELATED: &str = "SELECT id FROM related WHERE product_id = $1";

/// A search for 20 hits, then one query per hit.
fn n_plus_one(trace: u128, text: impl Fn(u64) -> String) -> Vec<Span> {
    let mut spans = vec![root(0, 60), db(2, 1, "SELECT * FROM products WHERE name ILIKE $1", 2, 12).rows(20)];
    spans.extend(
        (0..20).map(|n| db(10 + n, 1, &text(n), 15 + n * 2, 17 + n * 2).code("services/search/src/related.rs", 31)),
    );
    spans.into_iter().map(|span| span.in_trace(trace)).collect()
}

fn only(analysis: &Analysis) -> &Suspect {
    assert_eq!(analysis.suspects.len(), 1, "{:#?}", analysis.suspects);
    &analysis.suspects[0]
}

#[test]
fn twenty_queries_for_twenty_rows_are_named_with_count_share_place_and_source() {
    let spans = (1..=10).flat_map(|trace| n_plus_one(trace, |_| RELATED.to_owned())).collect();
    let analysis = analyse(spans, MEASURED);
    let suspect = only(&analysis);
    assert_eq!(suspect.kind, "repeated_query");
    assert_eq!(suspect.statement, "select id from related where product_id = ?");
    assert_eq!(suspect.per_request, 20.0);
    assert!((suspect.share - 40.0 / 60.0).abs() < 1e-9);
    assert_eq!(suspect.at.as_deref(), Some("services/search/src/related.rs:31"));
    assert_eq!(
        suspect.evidence,
        "20 times per request in 10 of 10 requests, one after another, parameters hidden; \
         the query before the first returns as many rows; 67 % of the time"
    );
    assert_eq!(analysis.counts["db_queries_per_request"], 21.0);
    assert_eq!(analysis.counts["distinct_statements_per_request"], 2.0);
    assert_eq!(analysis.counts["rows_returned_per_request"], 20.0);
}

#[test]
fn literals_that_differ_are_an_n_plus_one_and_equal_ones_are_redundant() {
    let different = n_plus_one(1, |n| format!("select id from related where product_id = {n}"));
    assert!(only(&analyse(different, MEASURED)).evidence.contains("with different parameters (N+1)"));
    let equal = n_plus_one(1, |_| "select id from related where product_id = 7".to_owned());
    assert!(only(&analyse(equal, MEASURED)).evidence.contains("with the same parameters (redundant)"));
}

#[test]
fn folded_parameters_tell_an_n_plus_one_too() {
    let mut spans = n_plus_one(1, |_| RELATED.to_owned());
    for (n, span) in spans.iter_mut().enumerate().skip(2) {
        *span = span.clone().number(Key::DbParameters, n as i64);
    }
    assert!(only(&analyse(spans, MEASURED)).evidence.contains("(N+1)"));
}

#[test]
fn queries_under_twenty_spans_of_one_name_are_one_loop() {
    let mut spans = vec![root(0, 50)];
    for n in 0..20 {
        spans.push(inside(100 + n, 1, "User.posts", 2 * n, 2 * n + 2));
        spans.push(db(200 + n, 100 + n, RELATED, 2 * n, 2 * n + 2));
    }
    assert_eq!(only(&analyse(spans, MEASURED)).per_request, 20.0);
}

#[test]
fn repeats_side_by_side_are_still_repeats() {
    let mut spans = vec![root(0, 20)];
    spans.extend((0..20).map(|n| db(10 + n, 1, RELATED, 2, 12)));
    let analysis = analyse(spans, MEASURED);
    assert!(only(&analysis).evidence.contains("about 20.0 at a time"));
    assert!((only(&analysis).share - 0.5).abs() < 1e-9, "parallel time counts once");
}

#[test]
fn repeated_calls_to_a_cache_or_a_service_are_named_as_calls() {
    let mut spans = vec![root(0, 100)];
    spans.extend((0..6).map(|n| cache(10 + n, 1, "GET", n * 5, n * 5 + 2)));
    spans.extend((0..6).map(|n| rpc(20 + n, 1, 40 + n * 5, 43 + n * 5)));
    let kinds: Vec<_> = analyse(spans, MEASURED).suspects.into_iter().map(|s| (s.kind, s.statement)).collect();
    let call = |statement: &str| ("repeated_call".to_owned(), statement.to_owned());
    assert_eq!(kinds, [call("shop.Recommendations/GoTogether"), call("GET")]);
}

#[test]
fn a_request_with_one_query_of_each_kind_is_accused_of_nothing() {
    let statements = ["select * from products", "select * from related", "select * from stock", "select * from prices"];
    let mut spans = vec![root(0, 100)];
    spans.extend(statements.iter().zip(0..).map(|(text, n)| db(10 + n, 1, text, n * 10, n * 10 + 10)));
    let analysis = analyse(spans, MEASURED);
    assert!(analysis.suspects.is_empty(), "{:#?}", analysis.suspects);
    assert_eq!(analysis.counts["db_queries_per_request"], 4.0);
}

#[test]
fn four_repeats_are_no_loop_and_a_callees_loop_is_not_ours() {
    let mut spans = vec![root(0, 100), rpc(2, 1, 40, 90)];
    spans.extend((0..4).map(|n| db(10 + n, 1, RELATED, n * 2, n * 2 + 1)));
    spans.push(span(3, 2, SpanKind::Server, "GoTogether", 41, 89).of("recommendations"));
    spans.extend((0..20).map(|n| db(30 + n, 3, RELATED, 42 + n, 43 + n).of("recommendations")));
    assert!(analyse(spans, MEASURED).suspects.is_empty());
}

#[test]
fn one_odd_request_in_a_hundred_is_no_pattern() {
    let mut spans: Vec<Span> = (2..=100).map(|trace| root(0, 60).in_trace(trace)).collect();
    spans.extend(n_plus_one(1, |_| RELATED.to_owned()));
    assert!(analyse(spans, MEASURED).suspects.is_empty());
}

#[test]
fn two_dependencies_back_to_back_could_run_side_by_side() {
    let spans = vec![root(0, 100), db(2, 1, "select 1", 0, 20), cache(3, 1, "MGET", 21, 51), rpc(4, 1, 52, 92)];
    let analysis = analyse(spans, MEASURED);
    assert!(analysis.suspects.is_empty(), "a possibility is no accusation");
    let suspect = &analysis.possibilities[0];
    assert_eq!((suspect.kind.as_str(), analysis.possibilities.len()), ("sequential_calls", 1));
    assert_eq!(suspect.statement, "MGET, then shop.Recommendations/GoTogether");
    assert!(suspect.evidence.contains("they could run side by side and save up to 30 ms a request (30 % of the time)"));
}

#[test]
fn the_first_call_short_calls_and_calls_side_by_side_are_no_such_possibility() {
    let first = vec![root(0, 100), db(2, 1, "select 1", 0, 50), rpc(4, 1, 50, 92)];
    let short = vec![root(0, 100), db(2, 1, "select 1", 0, 20), cache(3, 1, "MGET", 20, 25), rpc(4, 1, 25, 92)];
    let beside = vec![root(0, 100), db(2, 1, "select 1", 0, 20), cache(3, 1, "MGET", 20, 60), rpc(4, 1, 20, 92)];
    let same =
        vec![root(0, 100), db(2, 1, "select 1", 0, 20), db(3, 1, "select a", 20, 60), db(4, 1, "select b", 60, 92)];
    for spans in [first, short, beside, same] {
        assert!(analyse(spans, MEASURED).possibilities.is_empty());
    }
}

#[test]
fn a_fat_body_is_named_and_a_page_is_not() {
    let sized = |bytes| analyse(vec![root(0, 10).number(Key::HttpResponseSize, bytes)], MEASURED);
    let fat = sized(300 * 1024);
    assert_eq!((only(&fat).kind.as_str(), only(&fat).statement.as_str()), ("fat_body", "GET /v1/search"));
    assert!(only(&fat).evidence.starts_with("300 KB on average over 1 responses"));
    assert!(sized(40 * 1024).suspects.is_empty());
}
