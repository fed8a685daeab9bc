//! Calls to different dependencies, one right after the other, that might have run side by side.

use super::super::fingerprint::{Fingerprints, Id};
use super::super::profile::{OutgoingCall, RequestProfile};
use super::{SEEN_IN_ONE_OF, Suspect, number, percent, total_ns};
use std::collections::BTreeMap;

/// Each of the two must take this share of the request, or running them side by side would not be felt.
const WORTH: f64 = 0.1;

/// A longer pause between the two, as a share of the request, means that the program did something with the answer.
const PAUSE: f64 = 0.05;

#[derive(Default)]
struct Pair {
    requests: usize,
    saving_ns: u64,
    critical_ns: u64,
    at: Option<String>,
}

/// Spans do not show whether a call needs the answer of the one before it, so this only ever says "could". The first
/// call of a request is left out: it most likely fetches what the others ask about.
pub(super) fn find(requests: &[RequestProfile<'_>], fingerprints: &Fingerprints<'_>) -> Vec<Suspect> {
    let mut pairs: BTreeMap<(Id, Id), Pair> = BTreeMap::new();
    for request in requests {
        let length = request.tree.duration() as f64;
        let later = request.calls.get(1..).unwrap_or_default();
        let worth: Vec<&OutgoingCall> = later.iter().filter(|call| call.critical_ns as f64 >= WORTH * length).collect();
        for two in worth.windows(2) {
            let [first, second] = [two[0], two[1]].map(|call| &request.tree.nodes[call.node]);
            let follows = first.end <= second.start && (second.start - first.end) as f64 <= PAUSE * length;
            let dependency = |call: &OutgoingCall| {
                let call = fingerprints.call(call.call);
                (call.kind, &call.dependency)
            };
            if follows && dependency(two[0]) != dependency(two[1]) {
                let pair = pairs.entry((two[0].call, two[1].call)).or_default();
                pair.requests += 1;
                pair.critical_ns += two[0].critical_ns + two[1].critical_ns;
                pair.saving_ns += two[0].critical_ns.min(two[1].critical_ns);
                if pair.at.is_none() {
                    pair.at = second.span.code();
                }
            }
        }
    }
    let total = total_ns(requests);
    let seen_often = |pair: &Pair| pair.requests * SEEN_IN_ONE_OF >= requests.len();
    pairs
        .into_iter()
        .filter(|(_, pair)| seen_often(pair))
        .map(|((first, second), pair)| Suspect {
            kind: "sequential_calls".to_owned(),
            statement: [first, second].map(|id| fingerprints.call(id).name.as_str()).join(", then "),
            per_request: 1.0,
            share: pair.critical_ns as f64 / total,
            evidence: format!(
                "one right after the other in {} of {} requests, to different dependencies; if the second does not need \
                 the first's answer they could run side by side and save up to {} ms a request ({} of the time)",
                pair.requests,
                requests.len(),
                number(pair.saving_ns as f64 / pair.requests as f64 / 1e6),
                percent(pair.saving_ns as f64 / total),
            ),
            at: pair.at,
        })
        .collect()
}
