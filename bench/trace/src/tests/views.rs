//! Waterfalls, statements and shares of the slowest, as a reader sees them.

use crate::sketch::{MEASURED, Sketch, cache, db, inside, root, span};
use crate::{Key, Kind, Span, SpanKind, analyse, changes};

/// Request `n` of a hundred takes 10 + n ms; what grows is the query.
fn slice() -> Vec<Span> {
    let request = |n: u64| {
        let spans = [
            root(0, 10 + n),
            cache(2, 1, "GET", 1, 3),
            inside(3, 1, "page", 3, 9 + n),
            db(4, 3, "select * from products where id = $1", 4, 8 + n).rows(5).code("src/page.rs", 12),
        ];
        spans.map(|span| span.in_trace(u128::from(n)))
    };
    (1..=100).flat_map(request).collect()
}

#[test]
fn a_waterfall_lists_parents_before_children_with_what_was_waited_for() {
    let analysis = analyse(slice(), MEASURED);
    let typical = analysis.typical.expect("there are requests");
    assert_eq!((typical.total_ms, typical.omitted), (60.0, 0));
    let rows: Vec<_> =
        typical.rows.iter().map(|r| (r.depth, r.kind, r.label.as_str(), r.offset_ms, r.duration_ms)).collect();
    assert_eq!(
        rows,
        [
            (0, Kind::Own, "GET /v1/search", 0.0, 60.0),
            (1, Kind::Cache, "GET", 1.0, 2.0),
            (1, Kind::Own, "page", 3.0, 56.0),
            (2, Kind::Db, "select * from products where id = ?", 4.0, 54.0),
        ]
    );
    assert!(typical.rows.iter().all(|row| row.critical));
    assert_eq!(typical.rows.iter().map(|row| row.critical_ms).sum::<f64>(), 60.0);
    let paths: Vec<_> = typical.rows.iter().map(|row| row.critical_path.as_slice()).collect();
    assert_eq!(paths[0], [[0.0, 1.0], [59.0, 60.0]]);
    assert_eq!(paths[1..], [&[[1.0, 3.0]][..], &[[3.0, 4.0], [58.0, 59.0]], &[[4.0, 58.0]]]);
    assert_eq!(typical.rows[3].at.as_deref(), Some("src/page.rs:12"));
    assert_eq!(typical.trace_id, format!("{:032x}", 50));
    assert_eq!(analysis.slow.expect("there are requests").total_ms, 105.0);
}

#[test]
fn a_waterfall_of_a_flood_is_cut_and_says_so() {
    let mut spans = vec![root(0, 10)];
    spans.extend((2..1_002).map(|id| span(id, 1, SpanKind::Internal, "x", 1, 2)));
    let typical = analyse(spans, MEASURED).typical.expect("there is a request");
    assert_eq!((typical.rows.len(), typical.omitted), (300, 701));
    let long = vec![root(0, 10), inside(2, 1, &"ü".repeat(500), 1, 2)];
    assert_eq!(analyse(long, MEASURED).typical.expect("there is a request").rows[1].label.chars().count(), 91);
}

#[test]
fn the_slowest_twentieth_is_judged_by_itself() {
    let analysis = analyse(slice(), MEASURED);
    assert_eq!(analysis.slowest_requests, 5);
    // Request 100 alone is the slowest hundredth.
    assert_eq!(analysis.very_slowest_requests, 1);
    assert!((analysis.very_slowest["db"] - 104.0 / 110.0).abs() < 1e-9);
    // Requests 96 to 100: 4 + n of 10 + n milliseconds are the query.
    assert!((analysis.slowest["db"] - 510.0 / 540.0).abs() < 1e-9);
    assert!((analysis.where_time_goes["db"] - 5_450.0 / 6_050.0).abs() < 1e-9);
    assert!((analysis.mean_ms_by_kind["db"] - 54.5).abs() < 1e-9);
}

#[test]
fn fewer_than_a_hundred_requests_have_no_slowest_hundredth() {
    let analysis = analyse(slice().into_iter().take(4 * 99).collect(), MEASURED);
    assert_eq!((analysis.requests, analysis.very_slowest_requests, analysis.very_slowest.len()), (99, 0, 0));
}

#[test]
fn statements_come_with_their_rows_time_and_place() {
    let analysis = analyse(slice(), MEASURED);
    let [query] = analysis.queries.as_slice() else { panic!("one statement: {:?}", analysis.queries) };
    assert_eq!(
        (query.statement.as_str(), query.per_request, query.rows),
        ("select * from products where id = ?", 1.0, 5.0)
    );
    assert!((query.mean_ms - 54.5).abs() < 1e-9);
    assert_eq!(query.at.as_deref(), Some("src/page.rs:12"));
}

#[test]
fn the_analysis_serialises_with_plain_names() {
    let json = serde_json::to_value(analyse(slice(), MEASURED)).expect("plain data");
    assert_eq!(json["typical"]["rows"][3]["kind"], "db");
    assert_eq!(json["counts"]["db_queries_per_request"], 1.0);
    assert_eq!(json["counts"]["partner_calls_per_request"], 0.0);
    assert_eq!(json["where_time_goes"].as_object().map(serde_json::Map::len), Some(8));
}

#[test]
fn the_longest_poll_is_the_median_of_the_worst_route() {
    let request = |trace: u128, route: &str, micros: i64| {
        let mut root = root(0, 10).in_trace(trace).number(Key::LongestPoll, micros);
        root.name = route.into();
        root
    };
    // Logins take 20 ms in one poll; one of the carts was stopped by the system for 30.
    let carts = (1..=9).map(|n| request(n, "GET /v1/cart", if n == 4 { 30_000 } else { 150 }));
    let logins = [19_000, 20_000, 45_000].into_iter().zip(20..).map(|(us, n)| request(n, "POST /v1/login", us));
    let counts = analyse(carts.chain(logins).collect(), MEASURED).counts;
    assert_eq!(counts["longest_poll_ms"], 20.0);
    assert_eq!(analyse(slice(), MEASURED).counts["longest_poll_ms"], 0.0);
}

#[test]
fn operations_add_up_to_the_mean_and_their_changes_to_its_change() {
    let before = analyse(slice(), MEASURED);
    let after = analyse(vec![root(0, 20), cache(2, 1, "GET", 1, 3), inside(3, 1, "page", 3, 9)], MEASURED);
    assert_eq!(before.operations[0].name, "select * from products where id = ?");
    let sum: f64 = before.operations.iter().map(|operation| operation.mean_ms).sum();
    assert!((sum - before.mean_ms).abs() < 1e-9);
    let changes = changes(&before.operations, &after.operations);
    let largest = &changes[0];
    assert_eq!((largest.kind, largest.name.as_str()), (Kind::Db, "select * from products where id = ?"));
    assert!((largest.mean_ms + 54.5).abs() < 1e-9);
    let sum: f64 = changes.iter().map(|change| change.mean_ms).sum();
    assert!((sum - (after.mean_ms - before.mean_ms)).abs() < 1e-9);
}

#[test]
fn a_query_goes_by_its_summary_and_keeps_its_statement() {
    let named = db(2, 1, "select 1", 1, 4).with(&[(Key::DbSummary, "search.hits")]);
    let analysis = analyse(vec![root(0, 10), named], MEASURED);
    assert_eq!(
        (analysis.queries[0].name.as_str(), analysis.queries[0].statement.as_str()),
        ("search.hits", "select ?")
    );
    assert_eq!(analysis.typical.expect("there is a request").rows[1].label, "search.hits");
}
