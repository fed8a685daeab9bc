//! Queue time: how long requests wait for a pooled connection or a permit, and messages for a consumer.

use super::kinds::Kind;
use super::model::{Key, Span, SpanKind};
use super::profile::RequestProfile;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// A pooled connection, a permit or a lock: the request stands still.
    Pool,
    /// What another request has asked for already: this one takes as long as that one still does, and asks nobody.
    Flight,
    /// A consumer: a message lies in its queue, and no request waits.
    Consumer,
}

/// One thing waited for, over all requests.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Wait {
    /// The span's name, such as `database connection`; of a message `process QUEUE`.
    pub name: String,
    /// What it is.
    pub waits_for: WaitsFor,
    /// How often, in all requests together.
    pub times: usize,
    /// Requests in which it comes.
    pub requests: usize,
    /// Mean milliseconds of one wait. For a consumer: from the end of the sender's span to the start of the consumer's, by the
    /// clocks of both; 0 where the second is behind.
    pub mean_ms: f64,
    /// The longest, in milliseconds.
    pub longest_ms: f64,
    /// Share of all requests' critical paths, 0 to 1; 0 for a consumer.
    pub share: f64,
    /// Milliseconds a request of the quicker half waits on its critical path.
    pub quick_ms: f64,
    /// The same for the slower half.
    pub slow_ms: f64,
    /// `file:line`, where spans say so.
    pub at: Option<String>,
}

#[derive(Default)]
struct Sums {
    times: usize,
    requests: usize,
    last: Option<usize>,
    ns: u64,
    longest: u64,
    /// On the critical path, of the quicker and of the slower half.
    critical: [u64; 2],
    at: Option<String>,
}

impl Sums {
    fn add(&mut self, rank: usize, span: &Span, ns: u64) {
        self.times += 1;
        self.requests += usize::from(self.last != Some(rank));
        self.last = Some(rank);
        self.ns += ns;
        self.longest = self.longest.max(ns);
        if self.at.is_none() {
            self.at = span.code();
        }
    }
}

/// All of them, the longest in sum first. `requests` go from quick to slow.
pub(super) fn waits(requests: &[RequestProfile<'_>]) -> Vec<Wait> {
    let mut waits: BTreeMap<(&str, WaitsFor), Sums> = BTreeMap::new();
    let quick = requests.len() / 2;
    let mut total_ns = 0;
    for (rank, request) in requests.iter().enumerate() {
        total_ns += request.tree.duration();
        let nodes = &request.tree.nodes;
        if let Some(sender) = request.tree.sender.filter(|_| nodes[0].span.kind == SpanKind::Consumer) {
            let sums = waits.entry((&*nodes[0].span.name, WaitsFor::Consumer)).or_default();
            sums.add(rank, nodes[0].span, nodes[0].span.start_ns.saturating_sub(sender.end_ns));
        }
        for (at, node) in nodes.iter().enumerate().skip(1) {
            let above = node.parent.map(|parent| nodes[parent].span).filter(|span| span.kind == SpanKind::Producer);
            if let Some(sender) = above.filter(|_| node.span.kind == SpanKind::Consumer) {
                let sums = waits.entry((&*node.span.name, WaitsFor::Consumer)).or_default();
                sums.add(rank, node.span, node.span.start_ns.saturating_sub(sender.end_ns));
            } else if request.classes[at].kind == Kind::Wait {
                let flight = node.span.attributes.text(Key::WorkshopKind) == Some("flight");
                let waits_for = if flight { WaitsFor::Flight } else { WaitsFor::Pool };
                let sums = waits.entry((&*node.span.name, waits_for)).or_default();
                sums.add(rank, node.span, node.duration());
                sums.critical[usize::from(rank >= quick)] += request.critical_ns[at];
            }
        }
    }
    let ms = |ns: u64, number: usize| ns as f64 / number.max(1) as f64 / 1e6;
    let mut waits: Vec<(u64, Wait)> = waits
        .into_iter()
        .map(|((name, waits_for), sums)| {
            let wait = Wait {
                name: name.to_owned(),
                waits_for,
                times: sums.times,
                requests: sums.requests,
                mean_ms: ms(sums.ns, sums.times),
                longest_ms: ms(sums.longest, 1),
                share: sums.critical.iter().sum::<u64>() as f64 / total_ns.max(1) as f64,
                quick_ms: ms(sums.critical[0], quick),
                slow_ms: ms(sums.critical[1], requests.len() - quick),
                at: sums.at,
            };
            (sums.ns, wait)
        })
        .collect();
    waits.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
    waits.into_iter().map(|(_, wait)| wait).collect()
}
