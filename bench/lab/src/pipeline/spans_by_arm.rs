//! Whose spans are whose, where several arms are driven at once.

use std::collections::HashMap;
use trace::{Span, TraceId};

/// The spans of each arm, in the order of arrival: those of the traces that its requests began. The driver gives every request a
/// trace of its own, and every service passes it on, so a span belongs to one arm at most. A trace that no request began, as
/// that of a service's own background work, is nobody's.
pub(super) fn by_arm(spans: Vec<Span>, traces: &[&[TraceId]]) -> Vec<Vec<Span>> {
    let arms: HashMap<TraceId, usize> =
        traces.iter().enumerate().flat_map(|(arm, traces)| traces.iter().map(move |trace| (*trace, arm))).collect();
    let mut each: Vec<Vec<Span>> = vec![Vec::new(); traces.len()];
    for span in spans {
        if let Some(arm) = arms.get(&span.trace_id) {
            each[*arm].push(span);
        }
    }
    each
}

#[cfg(test)]
mod tests {
    use super::by_arm;
    use trace::sketch::{MEASURED, Sketch as _, db, root};
    use trace::{Span, TraceId, analyse};

    /// A request of this trace with so many queries.
    fn request(trace: u128, queries: u64) -> Vec<Span> {
        let queries = (0..queries).map(|n| db(n + 2, 1, "select 1", n * 5, n * 5 + 5));
        std::iter::once(root(0, 50)).chain(queries).map(|span| span.in_trace(trace)).collect()
    }

    fn traces(numbers: &[u128]) -> Vec<TraceId> {
        numbers.iter().map(|number| number.to_be_bytes()).collect()
    }

    #[test]
    fn each_arm_gets_the_spans_of_its_own_requests_however_they_arrive() {
        let mut spans: Vec<Span> = [request(1, 7), request(2, 1), request(3, 7), request(4, 1)].concat();
        // As exporters send: children before their parents, arms mixed.
        spans.reverse();
        spans.rotate_left(5);
        let [slow, fast] = [traces(&[1, 3]), traces(&[2, 4])];
        let each: Vec<_> = by_arm(spans, &[&slow, &fast]).into_iter().map(|spans| analyse(spans, MEASURED)).collect();
        assert_eq!((each[0].requests, each[0].counts["db_queries_per_request"]), (2, 7.0));
        assert_eq!((each[1].requests, each[1].counts["db_queries_per_request"]), (2, 1.0));
        assert_eq!((each[0].incomplete, each[1].incomplete), (0, 0));
    }

    #[test]
    fn a_trace_that_no_request_began_is_nobodys() {
        let spans = [request(1, 2), request(9, 5)].concat();
        let each = by_arm(spans, &[&traces(&[1]), &traces(&[2])]);
        assert_eq!((each[0].len(), each[1].len()), (3, 0));
    }
}
