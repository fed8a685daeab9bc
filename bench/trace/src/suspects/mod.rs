//! What looks wasteful in the requests of a slice. An accusation names its evidence; a doubt stays silent.

mod body;
mod connections;
mod repeated;
mod sequential;
mod stampede;
mod waits;

pub use body::Bodies;

use super::analysis::{Analysis, Dissected};
use super::fingerprint::Fingerprints;
use super::waits::Wait;
use serde::{Deserialize, Serialize};

/// One suspicion.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Suspect {
    /// `repeated_query`, `repeated_call`, `sequential_calls`, `stampede`, `pool_wait`, `connection_per_request` or `fat_body`.
    pub kind: String,
    /// The statement, the call, the wait or the route it is about.
    pub statement: String,
    /// How often per request, over the requests that have it; of `connection_per_request` over all.
    pub per_request: f64,
    /// Its share of all requests' critical paths, 0 to 1.
    pub share: f64,
    /// `file:line`, where spans say so.
    pub at: Option<String>,
    /// One sentence with the numbers.
    pub evidence: String,
}

/// A pattern must show in one request of twenty before it is called a pattern.
const SEEN_IN_ONE_OF: usize = 20;

/// What the spans show, by share. `requests` go from quick to slow.
pub(super) fn suspects(requests: &[Dissected<'_>], waits: &[Wait], fingerprints: &Fingerprints<'_>) -> Vec<Suspect> {
    let mut found = repeated::find(requests, fingerprints);
    found.extend(stampede::find(requests, fingerprints));
    found.extend(waits::find(waits, requests));
    found.extend(body::find(requests));
    by_share(found)
}

/// What the spans merely allow, by share.
pub(super) fn possibilities(requests: &[Dissected<'_>], fingerprints: &Fingerprints<'_>) -> Vec<Suspect> {
    by_share(sequential::find(requests, fingerprints))
}

impl Analysis {
    /// Adds what no span shows and the caller measured itself ([`Suspect::connection_per_request`], [`Suspect::fat_body`]).
    pub fn accuse(&mut self, measured: impl IntoIterator<Item = Suspect>) {
        let mut found = std::mem::take(&mut self.suspects);
        found.extend(measured);
        self.suspects = by_share(found);
    }
}

fn by_share(mut found: Vec<Suspect>) -> Vec<Suspect> {
    found.sort_by(|a, b| {
        b.share.total_cmp(&a.share).then_with(|| (&a.kind, &a.statement).cmp(&(&b.kind, &b.statement)))
    });
    found
}

/// Nanoseconds of all requests together; never 0, so that shares can be taken.
fn total_ns(requests: &[Dissected<'_>]) -> f64 {
    requests.iter().map(|request| request.tree.duration()).sum::<u64>().max(1) as f64
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Whole numbers without a decimal, others with one.
fn number(value: f64) -> String {
    if (value - value.round()).abs() < 0.05 { format!("{value:.0}") } else { format!("{value:.1}") }
}
