//! The analysis of one slice: every request taken apart once, then looked at from several sides.

use super::critical_path::critical_path;
use super::fingerprint::{Fingerprints, Id};
use super::kinds::{Kind, Place, places};
use super::lost::Lost;
use super::model::{Span, SpanKind};
use super::operations::{Operation, operations};
use super::queries::{QueryGroup, queries};
use super::shares::{mean_ms_by_kind, shares, slowest, very_slowest};
use super::suspects::{Suspect, possibilities, suspects};
use super::tree::{Tree, build};
use super::waits::{Wait, waits};
use super::waterfall::{Waterfall, waterfall};
use super::{counts, fingerprint};
use serde::Serialize;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What the spans of one service's requests say.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Analysis {
    /// Complete requests; everything below is about these.
    pub requests: usize,
    /// Traces left out because a span was missing or a clock ran backwards.
    pub incomplete: usize,
    /// Traces without a request of the service (background work, health probes).
    pub unrelated: usize,
    /// Spans received twice; counted once.
    pub duplicates: usize,
    /// Spans that are known to be missing; the receiver knows of them, so whoever asked it fills this in.
    pub lost: Lost,
    /// Mean duration of the root span, in milliseconds.
    pub mean_ms: f64,
    /// Share of the critical path by kind: `db`, `cache`, `serialization`, `rpc`, `broker`, `partner`, `wait`, `own`.
    /// Sums to 1 where there are requests; empty where there are none.
    pub where_time_goes: BTreeMap<String, f64>,
    /// Milliseconds of the critical path per request by kind; sums to `mean_ms`.
    pub mean_ms_by_kind: BTreeMap<String, f64>,
    /// Milliseconds of the critical path per request by operation, the largest first; sums to `mean_ms` as well.
    pub operations: Vec<Operation>,
    /// Per request: `db_queries_per_request`, `cache_calls_per_request`, `rpc_calls_per_request`,
    /// `partner_calls_per_request`, `messages_published_per_request`, `rows_returned_per_request`,
    /// `distinct_statements_per_request`, `errors_per_request`, `spans_per_request`; and `longest_poll_ms` of the worst route.
    pub counts: BTreeMap<String, f64>,
    /// Like `where_time_goes`, of the slowest twentieth of the requests only.
    pub slowest: BTreeMap<String, f64>,
    /// How many requests `slowest` is made of.
    pub slowest_requests: usize,
    /// Like `where_time_goes`, of the slowest hundredth; empty with fewer than a hundred requests.
    pub very_slowest: BTreeMap<String, f64>,
    /// How many requests `very_slowest` is made of.
    pub very_slowest_requests: usize,
    /// What requests and messages wait for before somebody is at them, the longest first.
    pub waits: Vec<Wait>,
    /// What looks wasteful, the largest share of time first.
    pub suspects: Vec<Suspect>,
    /// What might be done better, but only the code can tell: `sequential_calls`. Never an accusation.
    pub possibilities: Vec<Suspect>,
    /// The median request.
    pub typical: Option<Waterfall>,
    /// The request at the 95th percentile.
    pub slow: Option<Waterfall>,
    /// The service's database statements, the most expensive first.
    pub queries: Vec<QueryGroup>,
}

/// One call the service made, as far as the analysis of calls needs it.
#[derive(Debug, Clone)]
pub struct OutgoingCall {
    /// The node in the tree.
    pub node: usize,
    /// What is called.
    pub call: Id,
    /// A number for its parameters; `None` where they cannot be seen.
    pub parameters: Option<u64>,
    /// The names from the root down to the call's parent: calls in one loop share it.
    pub place: u64,
    /// Nanoseconds of the critical path spent in the call, local waits inside it left out.
    pub critical_ns: u64,
}

/// One request, taken apart.
#[derive(Debug)]
pub struct Dissected<'a> {
    /// The spans.
    pub tree: Tree<'a>,
    /// Where each node belongs.
    pub places: Vec<Place>,
    /// Nanoseconds of the critical path that belong to each node alone.
    pub critical_ns: Vec<u64>,
    /// The calls, by start.
    pub calls: Vec<OutgoingCall>,
}

impl Dissected<'_> {
    /// Nanoseconds of the critical path by kind, in the order of [`Kind::ALL`].
    pub fn by_kind(&self) -> [u64; 8] {
        let mut sums = [0; 8];
        for (place, ns) in self.places.iter().zip(&self.critical_ns) {
            sums[place.kind as usize] += ns;
        }
        sums
    }
}

/// Analyses the spans of one slice. `service` is the measured one: its server spans are the requests.
pub fn analyse(spans: Vec<Span>, service: &str) -> Analysis {
    let forest = build(&spans, service);
    let mut fingerprints = Fingerprints::default();
    let mut requests: Vec<Dissected<'_>> =
        forest.requests.into_iter().map(|tree| dissect(tree, &mut fingerprints)).collect();
    requests.sort_by_key(|request| request.tree.duration());
    let (slowest, slowest_requests) = slowest(&requests);
    let (very_slowest, very_slowest_requests) = very_slowest(&requests);
    let waits = waits(&requests);
    let mean_ms_by_kind = mean_ms_by_kind(&requests);
    Analysis {
        requests: requests.len(),
        incomplete: forest.incomplete,
        unrelated: forest.unrelated,
        duplicates: forest.duplicates,
        lost: Lost::default(),
        mean_ms: mean_ms_by_kind.values().sum(),
        where_time_goes: shares(&requests),
        mean_ms_by_kind,
        operations: operations(&requests, &fingerprints),
        counts: counts::per_request(&requests, &fingerprints),
        slowest,
        slowest_requests,
        very_slowest,
        very_slowest_requests,
        suspects: suspects(&requests, &waits, &fingerprints),
        possibilities: possibilities(&requests, &fingerprints),
        typical: at_rank(&requests, 0.5).map(|request| waterfall(request, &fingerprints)),
        slow: at_rank(&requests, 0.95).map(|request| waterfall(request, &fingerprints)),
        queries: queries(&requests, &fingerprints),
        waits,
    }
}

fn at_rank<'r, 'a>(sorted: &'r [Dissected<'a>], quantile: f64) -> Option<&'r Dissected<'a>> {
    let rank = (sorted.len() as f64 * quantile).ceil() as usize;
    sorted.get(rank.saturating_sub(1))
}

fn dissect<'a>(tree: Tree<'a>, fingerprints: &mut fingerprint::Fingerprints<'a>) -> Dissected<'a> {
    let places = places(&tree);
    let mut critical_ns = vec![0; tree.nodes.len()];
    for segment in critical_path(&tree) {
        critical_ns[segment.node] += segment.length();
    }
    let mut signatures: Vec<u64> = Vec::with_capacity(tree.nodes.len());
    let mut by_call = vec![0; tree.nodes.len()];
    for (at, node) in tree.nodes.iter().enumerate() {
        let mut hasher = DefaultHasher::new();
        node.parent.map(|parent| signatures[parent]).hash(&mut hasher);
        node.span.name.hash(&mut hasher);
        signatures.push(hasher.finish());
        if let Some(call) = places[at].call.filter(|_| places[at].kind != Kind::Wait) {
            by_call[call] += critical_ns[at];
        }
    }
    let mut calls: Vec<OutgoingCall> = (1..tree.nodes.len())
        .filter(|at| places[*at].call == Some(*at) && is_call(tree.nodes[*at].span))
        .map(|node| {
            let (call, parameters) = fingerprints.of(tree.nodes[node].span);
            let place = tree.nodes[node].parent.map_or(0, |parent| signatures[parent]);
            OutgoingCall { node, call, parameters, place, critical_ns: by_call[node] }
        })
        .collect();
    calls.sort_by_key(|call| (tree.nodes[call.node].start, call.node));
    Dissected { tree, places, critical_ns, calls }
}

fn is_call(span: &Span) -> bool {
    matches!(span.kind, SpanKind::Client | SpanKind::Producer)
}
