//! What looks wasteful in the requests of a slice. An accusation names its evidence; a doubt stays silent.

mod body;
mod connections;
mod repeated;
mod sequential;
mod stampede;
mod waits;

pub use body::Bodies;

use super::fingerprint::Fingerprints;
use super::profile::RequestProfile;
use super::suspect::{Suspect, by_share};
use super::waits::Wait;

/// A pattern must show in one request of twenty before it is called a pattern.
const SEEN_IN_ONE_OF: usize = 20;

/// What the spans show, by share. `requests` go from quick to slow.
pub(super) fn suspects(
    requests: &[RequestProfile<'_>],
    waits: &[Wait],
    fingerprints: &Fingerprints<'_>,
) -> Vec<Suspect> {
    let mut found = repeated::find(requests, fingerprints);
    found.extend(stampede::find(requests, fingerprints));
    found.extend(waits::find(waits, requests));
    found.extend(body::find(requests));
    by_share(found)
}

/// What the spans merely allow, by share.
pub(super) fn possibilities(requests: &[RequestProfile<'_>], fingerprints: &Fingerprints<'_>) -> Vec<Suspect> {
    by_share(sequential::find(requests, fingerprints))
}

/// Nanoseconds of all requests together; never 0, so that shares can be taken.
fn total_ns(requests: &[RequestProfile<'_>]) -> f64 {
    requests.iter().map(|request| request.tree.duration()).sum::<u64>().max(1) as f64
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Whole numbers without a decimal, others with one.
fn number(value: f64) -> String {
    if (value - value.round()).abs() < 0.05 { format!("{value:.0}") } else { format!("{value:.1}") }
}
