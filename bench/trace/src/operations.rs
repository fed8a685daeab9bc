//! The critical path by operation, and what a change moved: terms that add up to the mean.

use super::fingerprint::Fingerprints;
use super::kinds::Kind;
use super::model::SpanKind;
use super::profile::RequestProfile;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// What one operation adds to the mean request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operation {
    /// The call's short name; of what is no call, the span's name.
    pub name: String,
    /// What it counts as.
    pub kind: Kind,
    /// Milliseconds of the critical path per request.
    pub mean_ms: f64,
    /// `file:line` of its first span, where that says so.
    pub at: Option<String>,
}

#[derive(Default)]
struct Sum {
    ns: u64,
    at: Option<String>,
}

/// How one operation's part of the mean differs between two analyses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// As in [`Operation`].
    pub name: String,
    /// As in [`Operation`].
    pub kind: Kind,
    /// Milliseconds per request; negative where the second is quicker.
    pub mean_ms: f64,
}

/// All operations, the largest first; their milliseconds sum to the mean request.
pub fn operations(requests: &[RequestProfile<'_>], fingerprints: &Fingerprints<'_>) -> Vec<Operation> {
    let mut sums: BTreeMap<(String, Kind), Sum> = BTreeMap::new();
    for request in requests {
        let names: HashMap<usize, &str> =
            request.calls.iter().map(|call| (call.node, fingerprints.call(call.call).name.as_str())).collect();
        for (at, ns) in request.critical_ns.iter().enumerate().filter(|(_, ns)| **ns > 0) {
            let class = request.classes[at];
            let span = request.tree.nodes[at].span;
            let call = class.call.filter(|_| class.kind != Kind::Wait);
            let called = call.and_then(|call| names.get(&call).copied());
            let sum = sums.entry((called.unwrap_or(&span.name).to_owned(), class.kind)).or_default();
            sum.ns += ns;
            if sum.at.is_none() {
                // A call's place is where it was made, whatever ran below it; a server span's is a layer of the server.
                let made = request.tree.nodes[call.unwrap_or(at)].span;
                sum.at = made.code().filter(|_| made.kind != SpanKind::Server);
            }
        }
    }
    let mean_ms = |ns: u64| ns as f64 / requests.len() as f64 / 1e6;
    let mut operations: Vec<Operation> = sums
        .into_iter()
        .map(|((name, kind), sum)| Operation { name, kind, mean_ms: mean_ms(sum.ns), at: sum.at })
        .collect();
    operations.sort_by(|a, b| b.mean_ms.total_cmp(&a.mean_ms));
    operations
}

/// What differs between two lists of operations, the largest difference first. The differences sum to the difference
/// of the two means, so they explain it without a rest.
pub fn changes(before: &[Operation], after: &[Operation]) -> Vec<Change> {
    let mut terms: BTreeMap<(&str, Kind), f64> = BTreeMap::new();
    for (operations, sign) in [(before, -1.0), (after, 1.0)] {
        for operation in operations {
            *terms.entry((&operation.name, operation.kind)).or_default() += sign * operation.mean_ms;
        }
    }
    let mut changes: Vec<Change> =
        terms.into_iter().map(|((name, kind), mean_ms)| Change { name: name.to_owned(), kind, mean_ms }).collect();
    changes.sort_by(|a, b| b.mean_ms.abs().total_cmp(&a.mean_ms.abs()));
    changes
}
