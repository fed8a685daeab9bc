//! Waiting for a pooled connection or a permit, where it leads the latency.

use super::super::analysis::Dissected;
use super::super::kinds::Kind;
use super::{Suspect, number, percent, total_ns};
use std::collections::BTreeMap;

/// From this share of the time on a wait is worth a word.
const WORTH: f64 = 0.1;

#[derive(Default)]
struct Wait {
    waits: usize,
    requests: usize,
    ns: u64,
    slow_ns: u64,
    at: Option<String>,
}

/// `requests` go from quick to slow: the second half shows whether the wait grows with the latency.
pub(super) fn find(requests: &[Dissected<'_>]) -> Vec<Suspect> {
    let mut waits: BTreeMap<&str, Wait> = BTreeMap::new();
    let half = requests.len() / 2;
    for (rank, request) in requests.iter().enumerate() {
        let mut seen: Vec<&str> = Vec::new();
        for (at, node) in request.tree.nodes.iter().enumerate() {
            if request.places[at].kind != Kind::Wait || request.critical_ns[at] == 0 {
                continue;
            }
            let name = &*node.span.name;
            let wait = waits.entry(name).or_default();
            wait.waits += 1;
            wait.ns += request.critical_ns[at];
            if rank >= half {
                wait.slow_ns += request.critical_ns[at];
            }
            if wait.at.is_none() {
                wait.at = node.span.code();
            }
            if !seen.contains(&name) {
                seen.push(name);
                wait.requests += 1;
            }
        }
    }
    let total = total_ns(requests);
    let slow_total = total_ns(&requests[half..]);
    let found = waits.into_iter().filter(|(_, wait)| wait.ns as f64 >= WORTH * total);
    found
        .map(|(name, wait)| Suspect {
            kind: "pool_wait".to_owned(),
            statement: name.to_owned(),
            per_request: wait.waits as f64 / wait.requests as f64,
            share: wait.ns as f64 / total,
            evidence: format!(
                "{} of {} requests wait, {} ms each on average; that is {} of the time, and {} in the slower half",
                wait.requests,
                requests.len(),
                number(wait.ns as f64 / wait.requests as f64 / 1e6),
                percent(wait.ns as f64 / total),
                percent(wait.slow_ns as f64 / slow_total),
            ),
            at: wait.at,
        })
        .collect()
}
