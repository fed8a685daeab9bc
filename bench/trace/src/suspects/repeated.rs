//! The same call again and again in one request: N+1, or plainly redundant.

use super::super::fingerprint::{Fingerprints, Id};
use super::super::kinds::Kind;
use super::super::model::Key;
use super::super::profile::{OutgoingCall, RequestProfile};
use super::{SEEN_IN_ONE_OF, Suspect, number, percent, total_ns};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Fewer than this in one request is not yet a loop.
const REPEATS: usize = 5;

/// Up to here the durations' sum over their union counts as one after another.
const SEQUENTIAL: f64 = 1.2;

/// What one group came to over the requests in which it repeats.
#[derive(Default)]
struct Group {
    requests: usize,
    calls: usize,
    critical_ns: u64,
    durations: u64,
    union: u64,
    distinct: usize,
    hidden: usize,
    /// Requests where the call before the first repeat returned as many rows as there are repeats.
    fed: usize,
    at: Option<String>,
}

/// Groups calls by what is called and by the names of the spans above, not by the parent's id: twenty queries under
/// twenty spans of one name are one loop.
pub(super) fn find(requests: &[RequestProfile<'_>], fingerprints: &Fingerprints<'_>) -> Vec<Suspect> {
    let mut groups: BTreeMap<(Id, u64), Group> = BTreeMap::new();
    for request in requests {
        let mut calls: HashMap<(Id, u64), Vec<&OutgoingCall>> = HashMap::new();
        for call in &request.calls {
            calls.entry((call.call, call.path)).or_default().push(call);
        }
        for (key, repeats) in calls.into_iter().filter(|(_, calls)| calls.len() >= REPEATS) {
            groups.entry(key).or_default().add(request, &repeats);
        }
    }
    let total = total_ns(requests);
    groups
        .into_iter()
        .filter(|(_, group)| group.requests * SEEN_IN_ONE_OF >= requests.len())
        .map(|((id, _), group)| group.suspect(fingerprints, id, requests.len(), total))
        .collect()
}

impl Group {
    fn add(&mut self, request: &RequestProfile<'_>, repeats: &[&OutgoingCall]) {
        let node = |call: &OutgoingCall| &request.tree.nodes[call.node];
        self.requests += 1;
        self.calls += repeats.len();
        self.critical_ns += repeats.iter().map(|call| call.critical_ns).sum::<u64>();
        self.durations += repeats.iter().map(|call| node(call).duration()).sum::<u64>();
        self.union += union(repeats.iter().map(|call| (node(call).start, node(call).end)));
        let parameters: HashSet<u64> = repeats.iter().filter_map(|call| call.parameters).collect();
        self.distinct += usize::from(parameters.len() > 1);
        self.hidden += usize::from(repeats.iter().any(|call| call.parameters.is_none()));
        self.fed += usize::from(source_rows(request, repeats[0]).is_some_and(|rows| rows.abs_diff(repeats.len()) <= 1));
        if self.at.is_none() {
            self.at = node(repeats[0]).span.code();
        }
    }

    fn suspect(self, fingerprints: &Fingerprints<'_>, id: Id, all: usize, total: f64) -> Suspect {
        let call = fingerprints.call(id);
        let per_request = self.calls as f64 / self.requests as f64;
        let share = self.critical_ns as f64 / total;
        let overlap = self.durations as f64 / self.union.max(1) as f64;
        let how = match overlap {
            overlap if overlap <= SEQUENTIAL => "one after another".to_owned(),
            overlap => format!("about {overlap:.1} at a time"),
        };
        let parameters = match (self.distinct * 2 > self.requests, self.hidden * 2 > self.requests) {
            (true, _) => "with different parameters (N+1)",
            (false, true) => "parameters hidden",
            (false, false) => "with the same parameters (redundant)",
        };
        let source = match self.fed * 2 > self.requests {
            true => "; the query before the first returns as many rows",
            false => "",
        };
        let evidence = format!(
            "{} times per request in {} of {all} requests, {how}, {parameters}{source}; {} of the time",
            number(per_request),
            self.requests,
            percent(share),
        );
        Suspect {
            kind: if call.kind == Kind::Db { "repeated_query" } else { "repeated_call" }.to_owned(),
            statement: call.statement.clone(),
            per_request,
            share,
            at: self.at,
            evidence,
        }
    }
}

/// Rows returned by the last other call that ended before `first` began.
fn source_rows(request: &RequestProfile<'_>, first: &OutgoingCall) -> Option<usize> {
    let begin = request.tree.nodes[first.node].start;
    let before = request.calls.iter().filter(|call| call.call != first.call);
    let ended = before.map(|call| &request.tree.nodes[call.node]).filter(|node| node.end <= begin);
    let rows = ended.max_by_key(|node| node.end)?.span.attributes.int(Key::DbRows)?;
    usize::try_from(rows).ok()
}

/// The length of the union of intervals that come by start.
pub(super) fn union(intervals: impl Iterator<Item = (u64, u64)>) -> u64 {
    let mut covered = 0;
    let mut reach = 0;
    for (start, end) in intervals {
        covered += end.saturating_sub(start.max(reach));
        reach = reach.max(end);
    }
    covered
}
