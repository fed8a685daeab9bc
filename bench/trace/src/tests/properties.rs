//! What holds for every trace.

use crate::sketch::{MEASURED, inside};
use crate::{Span, SpanKind, analyse, build, critical_path};
use proptest::prelude::*;

/// Trees of up to 60 spans: each hangs on an earlier one, at any time, in or out of its parent.
fn traces() -> impl Strategy<Value = Vec<Span>> {
    let child = (any::<proptest::sample::Index>(), 0u64..100, 0u64..60, 0usize..6);
    proptest::collection::vec(child, 0..60).prop_map(|children| {
        let mut spans = vec![inside(1, 0, "root", 20, 80)];
        spans[0].kind = SpanKind::Server;
        for (parent, start, length, kind) in children {
            let id = spans.len() as u64 + 1;
            let parent = parent.index(spans.len()) as u64 + 1;
            let mut span = inside(id, parent, "work", start, start + length);
            let kinds = [SpanKind::Internal, SpanKind::Client, SpanKind::Producer, SpanKind::Consumer];
            span.kind = kinds.get(kind).copied().unwrap_or(SpanKind::Internal);
            spans.push(span);
        }
        spans
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_segments_tile_the_root_exactly(spans in traces()) {
        let forest = build(&spans, MEASURED);
        let tree = &forest.requests[0];
        let segments = critical_path(tree);
        let mut reached = tree.nodes[0].end;
        for segment in &segments {
            prop_assert_eq!(segment.to, reached);
            prop_assert!(segment.from < segment.to);
            let node = &tree.nodes[segment.node];
            prop_assert!(node.start <= segment.from && segment.to <= node.end);
            prop_assert!(!node.detached);
            reached = segment.from;
        }
        prop_assert_eq!(reached, tree.nodes[0].start);
    }

    #[test]
    fn shares_sum_to_one_and_milliseconds_to_the_request(spans in traces()) {
        let analysis = analyse(spans, MEASURED);
        prop_assert!((analysis.where_time_goes.values().sum::<f64>() - 1.0).abs() < 1e-9);
        prop_assert!((analysis.slowest.values().sum::<f64>() - 1.0).abs() < 1e-9);
        prop_assert!((analysis.mean_ms - 60.0).abs() < 1e-9);
    }

    #[test]
    fn children_lie_within_their_parents(spans in traces()) {
        let forest = build(&spans, MEASURED);
        let nodes = &forest.requests[0].nodes;
        prop_assert_eq!(nodes.len(), spans.len());
        for node in nodes.iter().skip(1) {
            let parent = &nodes[node.parent.expect("only the root has none")];
            prop_assert!(parent.start <= node.start && node.start <= node.end && node.end <= parent.end);
        }
    }

    #[test]
    fn any_set_of_spans_can_be_analysed(mut spans in traces(), lost in any::<proptest::sample::Index>(), seed in any::<u64>()) {
        spans.remove(lost.index(spans.len()));
        let shift = seed as usize % spans.len().max(1);
        spans.rotate_left(shift);
        let analysis = analyse(spans, MEASURED);
        prop_assert!(analysis.incomplete + analysis.unrelated <= 1);
        prop_assert!(analysis.requests == 0 || analysis.incomplete == 0);
    }
}
