//! A hundred thousand spans must not keep anyone waiting.

use crate::sketch::{MEASURED, Sketch, cache, db, inside, root, rpc, span};
use crate::{Span, SpanKind, analyse};
use std::time::{Duration, Instant};

/// Requests of 50 spans as the flawed search makes them.
pub fn slice(requests: u64) -> Vec<Span> {
    let request = |n: u64| {
        let mut spans = vec![root(0, 200), db(2, 1, "SELECT * FROM products WHERE name ILIKE $1", 1, 20).rows(40)];
        spans.extend((0..40).map(|k| {
            db(
                10 + k,
                1,
                "SELECT id, sku, name, price_cents FROM related JOIN products USING (id) WHERE product_id = $1",
                20 + k * 3,
                23 + k * 3,
            )
            .rows(4)
            .code("services/search/src/related.rs", 31)
        }));
        spans.push(cache(60, 1, "MGET", 140, 145));
        spans.push(rpc(61, 1, 145, 180));
        spans.push(span(62, 61, SpanKind::Server, "GoTogether", 146, 179).of("recommendations"));
        spans.extend((0..4).map(|k| db(63 + k, 62, "select 1", 147 + k * 2, 149 + k * 2).of("recommendations")));
        spans.push(inside(70, 1, "format", 180, 195));
        spans.into_iter().map(move |span| span.in_trace(u128::from(n) + 1))
    };
    (0..requests).flat_map(request).collect()
}

#[test]
fn a_hundred_thousand_spans_are_analysed_in_seconds_even_without_optimisation() {
    let spans = slice(2_000);
    assert_eq!(spans.len(), 100_000);
    let begin = Instant::now();
    let analysis = analyse(spans, MEASURED);
    let took = begin.elapsed();
    assert_eq!((analysis.requests, analysis.incomplete), (2_000, 0));
    assert_eq!(analysis.counts["db_queries_per_request"], 41.0);
    // The bar is one second in the perf profile; this build is unoptimised and may share the machine.
    assert!(took < Duration::from_secs(20), "took {took:?}");
    eprintln!("100,000 spans analysed in {took:?}");
}
