//! Who loads the same at once after a miss, and what only looks like it.

use crate::sketch::{MEASURED, Sketch, cache, db, span};
use crate::{Key, Span, SpanKind, Suspect, analyse};

const PAGE: &str = "select * from products where id = $1";

/// A request for a page at `start` that finds it in memory.
fn hit(trace: u64, start: u64) -> Vec<Span> {
    asked(trace, start, start + 5, "/v1/products/1")
}

/// A request that loads the page: 2 ms for the cache, then 20 ms for the database.
fn miss(trace: u64, start: u64) -> Vec<Span> {
    let mut spans = asked(trace, start, start + 25, "/v1/products/1");
    spans.push(cache(2, 1, "GET", start + 1, start + 3).in_trace(trace.into()));
    spans.push(load(3, start + 3, start + 23).in_trace(trace.into()));
    spans
}

fn load(id: u64, start: u64, end: u64) -> Span {
    db(id, 1, PAGE, start, end).code("src/page.rs", 95)
}

fn asked(trace: u64, start: u64, end: u64, path: &str) -> Vec<Span> {
    let route = [(Key::HttpMethod, "GET"), (Key::HttpRoute, "/v1/products/{id}"), (Key::UrlPath, path)];
    vec![span(1, 0, SpanKind::Server, "GET /v1/products/{id}", start, end).with(&route).in_trace(trace.into())]
}

/// Ten requests in each 100 ms for 500 ms; in each the first `loads` come at once and load.
fn slice(loads: u64) -> Vec<Span> {
    let request = |n: u64| match n % 10 {
        place if place < loads => miss(n + 1, n / 10 * 100 + place),
        place => hit(n + 1, n / 10 * 100 + place * 10),
    };
    (0..50).flat_map(request).collect()
}

fn stampedes(spans: Vec<Span>) -> Vec<Suspect> {
    analyse(spans, MEASURED).suspects.into_iter().filter(|suspect| suspect.kind == "stampede").collect()
}

#[test]
fn a_crowd_at_every_expiry_is_named_with_count_statement_share_and_place() {
    let suspects = stampedes(slice(4));
    let [suspect] = suspects.as_slice() else { panic!("one suspect: {suspects:#?}") };
    assert_eq!(suspect.statement, "select * from products where id = ?");
    assert_eq!(suspect.at.as_deref(), Some("src/page.rs:95"));
    // 20 loads of 20 ms; 20 requests of 25 ms and 30 of 5.
    assert!((suspect.share - 400.0 / 650.0).abs() < 1e-9);
    assert_eq!(
        suspect.evidence,
        "after a cache miss 4 requests load the same at once (4 at most), 5 times in these traces; 62 % of the time, and 80 % of the \
         slowest twentieth's"
    );
}

#[test]
fn one_load_at_every_expiry_and_two_processes_that_load_are_none() {
    assert!(stampedes(slice(1)).is_empty());
    assert!(stampedes(slice(2)).is_empty());
}

#[test]
fn a_single_small_crowd_may_be_chance_and_a_large_one_is_not() {
    let once = |loads: u64| (0..50).flat_map(|n| if n < loads { miss(n + 1, n) } else { hit(n + 1, n * 10) }).collect();
    assert!(stampedes(once(4)).is_empty());
    assert_eq!(stampedes(once(6)).len(), 1);
}

#[test]
fn a_statement_that_every_request_makes_is_no_load_after_a_miss() {
    let mut spans = slice(4);
    spans.retain(|span| span.kind != SpanKind::Client);
    for root in spans.clone() {
        let start = (root.start_ns % 1_000_000_000) / 1_000_000;
        let in_trace = u128::from_be_bytes(root.trace_id);
        spans.push(cache(2, 1, "GET", start, start + 1).in_trace(in_trace));
        spans.push(load(3, start + 1, start + 4).in_trace(in_trace));
    }
    assert!(stampedes(spans).is_empty());
}

#[test]
fn loads_of_other_pages_other_carts_and_without_a_cache_are_none() {
    let with_path = |path: fn(u64) -> String| {
        let change = |mut span: Span| {
            if span.kind == SpanKind::Server {
                let trace = u128::from_be_bytes(span.trace_id) as u64;
                let route = [(Key::HttpMethod, "GET"), (Key::HttpRoute, "/v1/products/{id}")];
                span.attributes = [].into_iter().collect();
                span = span.with(&route).with(&[(Key::UrlPath, path(trace).as_str())]);
            }
            span
        };
        slice(4).into_iter().map(change).collect::<Vec<Span>>()
    };
    assert!(stampedes(with_path(|trace| format!("/v1/products/{trace}"))).is_empty(), "every page another key");
    assert_eq!(stampedes(with_path(|_| "/v1/products/7".to_owned())).len(), 1);
    let cart = slice(4).into_iter().map(|mut span| {
        if span.kind == SpanKind::Server {
            span.attributes = [].into_iter().collect();
            span = span.with(&[(Key::HttpMethod, "GET"), (Key::HttpRoute, "/v1/cart"), (Key::UrlPath, "/v1/cart")]);
        }
        span
    });
    assert!(stampedes(cart.collect()).is_empty(), "whose cart, no span says");
    let uncached = slice(4).into_iter().filter(|span| span.attributes.text(Key::DbOperation).is_none());
    assert!(stampedes(uncached.collect()).is_empty());
}

#[test]
fn parameters_tell_keys_apart_where_spans_carry_them() {
    let numbered = |number: fn(u64) -> i64| {
        let change = |span: Span| match span.attributes.text(Key::DbText) {
            Some(_) => {
                let trace = u128::from_be_bytes(span.trace_id) as u64;
                span.number(Key::DbParameters, number(trace))
            }
            None => span,
        };
        slice(4).into_iter().map(change).collect::<Vec<Span>>()
    };
    assert_eq!(stampedes(numbered(|_| 7)).len(), 1);
    assert!(stampedes(numbered(|trace| trace as i64)).is_empty());
}

#[test]
fn loads_that_come_as_they_like_are_no_crowds() {
    // A query for a third of the requests, 20 ms long, one every 30 ms: some overlap, none in a crowd.
    let requests = (0..60).flat_map(|n| if n % 3 == 0 { miss(n + 1, n * 10 + n % 7) } else { hit(n + 1, n * 10) });
    assert!(stampedes(requests.collect()).is_empty());
    // The same at three times the rate: always some under way, which no cache is the reason of.
    let requests = (0..180).flat_map(|n| if n % 3 == 0 { miss(n + 1, n * 3) } else { hit(n + 1, n * 3) });
    assert!(stampedes(requests.collect()).is_empty());
}
