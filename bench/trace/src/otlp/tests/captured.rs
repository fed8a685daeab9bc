//! One real request: the flawed search for `red`, captured from the service with recommendations out of order.

use super::requests::post;
use crate::otlp::Receiver;
use crate::{Key, analyse, build, critical_path};

/// What the service's exporter sent, cut to one trace.
const CAPTURED: &[u8] = include_bytes!("search_flawed.otlp");

#[tokio::test]
async fn a_captured_search_is_told_as_it_was() {
    let receiver = Receiver::start().await.expect("a free port");
    post(&receiver, "/v1/traces", &[("content-type", "application/x-protobuf")], CAPTURED.to_vec()).await;
    let spans = receiver.take().spans;
    // Its calls ran one after another below the root, so their plain durations are the truth.
    let sum = |wanted: &dyn Fn(Option<&str>) -> bool| {
        let of_kind = spans.iter().filter(|span| wanted(span.attributes.text(Key::DbSystem)));
        of_kind.map(|span| span.end_ns - span.start_ns).sum::<u64>() as f64 / 1e6
    };
    let (db, cache) = (sum(&|system| system == Some("postgresql")), sum(&|system| system == Some("redis")));
    let analysis = analyse(spans, "search");

    assert_eq!((analysis.requests, analysis.incomplete), (1, 0));
    assert!((analysis.mean_ms_by_kind["db"] - db).abs() < 1e-9 && db > 1.0);
    assert!((analysis.mean_ms_by_kind["cache"] - cache).abs() < 1e-9 && cache > 0.1);
    assert!(analysis.where_time_goes["serialization"] > 0.1);
    for (name, count) in [
        ("db_queries_per_request", 19.0),
        ("distinct_statements_per_request", 2.0),
        ("rows_returned_per_request", 90.0),
        ("cache_calls_per_request", 2.0),
        ("rpc_calls_per_request", 1.0),
        ("spans_per_request", 24.0),
    ] {
        assert_eq!(analysis.counts[name], count, "{name}");
    }
    let [suspect] = analysis.suspects.as_slice() else { panic!("one suspect: {:#?}", analysis.suspects) };
    assert_eq!((suspect.kind.as_str(), suspect.per_request), ("repeated_query", 18.0));
    assert_eq!(suspect.at.as_deref(), Some("exercises/ch01-related-products/src/flawed.rs:34"));
    assert!(suspect.evidence.contains("parameters hidden; the query before the first returns as many rows"));
}

#[tokio::test]
async fn the_critical_path_of_a_captured_search_tiles_it() {
    let receiver = Receiver::start().await.expect("a free port");
    post(&receiver, "/v1/traces", &[("content-type", "application/x-protobuf")], CAPTURED.to_vec()).await;
    let spans = receiver.take().spans;
    let forest = build(&spans, "search");
    let [tree] = forest.requests.as_slice() else { panic!("one request") };
    let mut segments = critical_path(tree);
    segments.reverse();
    assert!(segments.len() > tree.nodes.len(), "between two calls there is the service's own code");
    let mut reached = tree.nodes[0].start;
    for segment in &segments {
        assert_eq!(segment.from, reached);
        assert!(segment.from < segment.to);
        reached = segment.to;
    }
    assert_eq!(reached, tree.nodes[0].end);
    // The waterfall shows the same.
    let analysis = analyse(spans.clone(), "search");
    let typical = analysis.typical.expect("there is a request");
    let mut shown: Vec<[f64; 2]> = typical.rows.iter().flat_map(|row| row.critical_path.clone()).collect();
    shown.sort_by(|a, b| a[0].total_cmp(&b[0]));
    assert_eq!((shown.len(), shown[0][0], shown[shown.len() - 1][1]), (segments.len(), 0.0, typical.total_ms));
    assert!(shown.windows(2).all(|pair| pair[0][1] == pair[1][0]));
}
