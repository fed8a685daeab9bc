//! A cache miss that many requests load at once.

use super::super::expiry::bursts;
use super::super::fingerprint::{Fingerprints, Id};
use super::super::kinds::Kind;
use super::super::model::{Key, Span};
use super::super::profile::{OutgoingCall, RequestProfile};
use super::super::shares::tail;
use super::{Suspect, number, percent, total_ns};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// So many requests that load the same at once are a crowd. Two may be two processes, each with its own cache.
const CROWD: usize = 3;

/// One crowd could be chance, unless it is as large as this.
const LARGE: usize = 5;

/// One request's load of one key.
struct Load {
    start: u64,
    end: u64,
    /// The request's rank.
    request: usize,
    critical_ns: u64,
    at: Option<String>,
}

/// What the crowds of one statement came to, over all keys.
#[derive(Default)]
struct Crowds {
    crowds: usize,
    largest: usize,
    loads: usize,
    ns: u64,
    slow_ns: u64,
    at: Option<String>,
}

/// `requests` go from quick to slow.
///
/// A load is the first execution of a statement in a request that has read a cache before. Loads are of one key where the
/// statement's parameters are equal; where spans hide these, where the requests are `GET`s of one address, if that
/// names something (`/v1/products/{id}`, or a query): `/v1/cart` is another cart for everybody. Accused are loads that
///
/// - fewer than half of the requests for that address make: what all make is not what a cache spares them;
/// - overlap with the first of at least three, in at least half of their bursts, and more than once or five at a time;
/// - go on during less than half of the time between the first request and the last: a cache that works is quiet between.
///
/// Calls that come independently of each other do not look so: at less than half of the time busy there are 0.7 in flight on
/// average, and then fewer than one burst in six has two more (Poisson).
pub(super) fn find(requests: &[RequestProfile<'_>], fingerprints: &Fingerprints<'_>) -> Vec<Suspect> {
    let mut asked: HashMap<u64, Asked> = HashMap::new();
    let mut executed: HashMap<(Id, u64), usize> = HashMap::new();
    let mut loads: BTreeMap<(Id, u64, u64), Vec<Load>> = BTreeMap::new();
    for (rank, request) in requests.iter().enumerate() {
        let target = target(request);
        asked.entry(target.address).or_default().add(request);
        let mut seen: Vec<Id> = Vec::new();
        let mut cache_answered = u64::MAX;
        for call in &request.calls {
            // By the service's own clock, not cut to the request: a load in the background outlives it.
            let span = request.tree.nodes[call.node].span;
            match fingerprints.call(call.call).kind {
                Kind::Cache if reads(span) => cache_answered = cache_answered.min(span.end_ns),
                Kind::Db if !seen.contains(&call.call) => {
                    seen.push(call.call);
                    *executed.entry((call.call, target.address)).or_default() += 1;
                    if let Some(key) = key(call, &target).filter(|_| cache_answered <= span.start_ns) {
                        loads.entry((call.call, target.address, key)).or_default().push(Load {
                            start: span.start_ns,
                            end: span.end_ns,
                            request: rank,
                            critical_ns: call.critical_ns,
                            at: span.code(),
                        });
                    }
                }
                _ => {}
            }
        }
    }
    let slow_from = requests.len() - tail(requests.len());
    let mut found: BTreeMap<Id, Crowds> = BTreeMap::new();
    for ((id, address, _), mut loads) in loads {
        let asked = &asked[&address];
        if executed[&(id, address)] * 2 >= asked.requests {
            continue;
        }
        loads.sort_unstable_by_key(|load| (load.start, load.end));
        let bursts = bursts(&loads, |load| (load.start, load.end));
        let crowds: Vec<&[Load]> =
            bursts.iter().map(|burst| &loads[burst.clone()]).filter(|burst| burst.len() >= CROWD).collect();
        let largest = crowds.iter().map(|crowd| crowd.len()).max().unwrap_or(0);
        let by_chance = crowds.len() < 2 && largest < LARGE;
        if by_chance || crowds.len() * 2 < bursts.len() || busy(&loads) * 2 >= asked.last - asked.first {
            continue;
        }
        found.entry(id).or_default().add(&crowds, largest, slow_from);
    }
    let (total, slow_total) = (total_ns(requests), total_ns(&requests[slow_from..]));
    let suspect = |(id, crowds): (Id, Crowds)| crowds.suspect(&fingerprints.call(id).statement, total, slow_total);
    found.into_iter().map(suspect).collect()
}

/// The requests for one address.
struct Asked {
    requests: usize,
    first: u64,
    last: u64,
}

impl Default for Asked {
    fn default() -> Self {
        Self { requests: 0, first: u64::MAX, last: 0 }
    }
}

impl Asked {
    fn add(&mut self, request: &RequestProfile<'_>) {
        let root = &request.tree.nodes[0];
        self.requests += 1;
        self.first = self.first.min(root.start);
        self.last = self.last.max(root.end);
    }
}

/// What a request asks for.
struct Target {
    address: u64,
    /// Whether all requests for that address want the same thing.
    names_one: bool,
}

fn target(request: &RequestProfile<'_>) -> Target {
    let root = request.tree.nodes[0].span;
    let text = |key| root.attributes.text(key);
    let (path, query) = (text(Key::UrlPath), text(Key::UrlQuery).filter(|query| !query.is_empty()));
    let mut hasher = DefaultHasher::new();
    (&root.name, path, query).hash(&mut hasher);
    let placeholder = text(Key::HttpRoute).is_some_and(|route| route.contains('{'));
    let names_one = text(Key::HttpMethod) == Some("GET") && path.is_some() && (placeholder || query.is_some());
    Target { address: hasher.finish(), names_one }
}

/// `GET`, `MGET`, `HGETALL`, ...: what counts or writes says nothing about a miss.
fn reads(span: &Span) -> bool {
    span.attributes.text(Key::DbOperation).is_some_and(|operation| operation.contains("GET"))
}

fn key(call: &OutgoingCall, target: &Target) -> Option<u64> {
    call.parameters.or_else(|| target.names_one.then_some(target.address))
}

/// Nanoseconds during which at least one of `loads`, sorted by start, goes on.
fn busy(loads: &[Load]) -> u64 {
    super::repeated::union(loads.iter().map(|load| (load.start, load.end)))
}

impl Crowds {
    fn add(&mut self, crowds: &[&[Load]], largest: usize, slow_from: usize) {
        self.crowds += crowds.len();
        self.largest = self.largest.max(largest);
        for load in crowds.iter().copied().flatten() {
            self.loads += 1;
            self.ns += load.critical_ns;
            self.slow_ns += if load.request >= slow_from { load.critical_ns } else { 0 };
            if self.at.is_none() {
                self.at.clone_from(&load.at);
            }
        }
    }

    fn suspect(self, statement: &str, total: f64, slow_total: f64) -> Suspect {
        let share = self.ns as f64 / total;
        let times = if self.crowds == 1 { "once".to_owned() } else { format!("{} times", self.crowds) };
        Suspect {
            kind: "stampede".to_owned(),
            statement: statement.to_owned(),
            per_request: 1.0,
            share,
            evidence: format!(
                "after a cache miss {} requests load the same at once ({} at most), {times} in these traces; {} of the time, and {} \
                 of the slowest twentieth's",
                number(self.loads as f64 / self.crowds as f64),
                self.largest,
                percent(share),
                percent(self.slow_ns as f64 / slow_total),
            ),
            at: self.at,
        }
    }
}
