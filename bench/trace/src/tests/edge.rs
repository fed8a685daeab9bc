//! The edge's counts, from hand-made traces.

use crate::sketch::{Sketch, root, span};
use crate::{Key, Span, SpanKind, analyse};

const EDGE: &str = "edge";

/// A request of the edge that came by its answer so; it asked the origin as often as this.
fn request(trace: u128, outcome: &str, calls: u64) -> Vec<Span> {
    let asked =
        (0..calls).map(|n| span(2 + n, 1, SpanKind::Client, "GET origin", 1, 5).with(&[(Key::PeerService, "origin")]));
    let root = root(0, 10).with(&[(Key::WorkshopCache, outcome)]);
    std::iter::once(root).chain(asked).map(|span| span.of(EDGE).in_trace(trace)).collect()
}

#[test]
fn hits_are_what_waited_for_nobody_and_a_refresh_beside_one_is_still_a_call() {
    let slice = [
        request(1, "hit", 0),
        request(2, "stale", 1),
        request(3, "miss", 1),
        request(4, "revalidated", 1),
        request(5, "collapsed", 0),
        request(6, "stale-if-error", 1),
        request(7, "hit", 0),
        request(8, "error", 1),
    ];
    let counts = analyse(slice.concat(), EDGE).counts;
    assert_eq!(counts["cache_hit_share"], 3.0 / 8.0);
    assert_eq!(counts["origin_calls_per_request"], 5.0 / 8.0);
}

#[test]
fn a_service_that_says_nothing_about_a_cache_has_no_such_counts() {
    let counts = analyse(vec![root(0, 10)], crate::sketch::MEASURED).counts;
    assert!(!counts.contains_key("cache_hit_share") && !counts.contains_key("origin_calls_per_request"), "{counts:?}");
}
