//! Waiting for a pooled connection or a permit, where it leads the latency.

use super::super::profile::RequestProfile;
use super::super::waits::{Wait, WaitsFor};
use super::{Suspect, number, percent, total_ns};

/// From this share of the time on a wait is worth a word.
const WORTH: f64 = 0.1;

/// From this share on it is what the time goes to, whether slow requests have more of it or not.
const MOST: f64 = 0.5;

/// A wait leads the latency where it makes at least half of what the slower half of the requests takes longer than the
/// quicker half: it grows while the rest does not. A wait that all have alike, before a query that makes some slow, does not;
/// it is accused only where it takes half of the time. `requests` go from quick to slow.
pub(super) fn find(waits: &[Wait], requests: &[RequestProfile<'_>]) -> Vec<Suspect> {
    let half = requests.len() / 2;
    let mean_ms = |part: &[RequestProfile<'_>]| total_ns(part) / part.len().max(1) as f64 / 1e6;
    let [quick_ms, slow_ms] = [&requests[..half], &requests[half..]].map(mean_ms);
    let leads = |wait: &Wait| {
        half > 0 && (wait.slow_ms - wait.quick_ms) * 2.0 >= slow_ms - quick_ms && wait.slow_ms > wait.quick_ms
    };
    let found = waits.iter().filter(|wait| wait.waits_for == WaitsFor::Pool && wait.share >= WORTH);
    found
        .filter(|wait| wait.share >= MOST || leads(wait))
        .map(|wait| Suspect {
            kind: "pool_wait".to_owned(),
            statement: wait.name.clone(),
            per_request: wait.times as f64 / wait.requests as f64,
            share: wait.share,
            evidence: format!(
                "{} of {} requests wait, {} of the time; from the quicker to the slower half of the requests the wait goes from {} to \
                 {} ms, all else from {} to {} ms",
                wait.requests,
                requests.len(),
                percent(wait.share),
                number(wait.quick_ms),
                number(wait.slow_ms),
                number(quick_ms - wait.quick_ms),
                number(slow_ms - wait.slow_ms),
            ),
            at: wait.at.clone(),
        })
        .collect()
}
