//! Targets about something that a version never did: missed, with a sentence that says so.

use super::evidence::Evidence;
use crate::exercise::Unit;

/// Numbers that a measurement leaves out where nothing happened to count them from, and what did not happen then.
const NEEDS: [(&str, &str); 4] = [
    ("cache_hit_share", "no request went through the cache"),
    ("origin_calls_per_request", "no request went through the cache"),
    ("loads_per_expiry", "the statement that loads the cached entry never ran"),
    ("db_peak_to_mean", "the database was never asked"),
];

/// Why the candidate has no such number, although the run did count it: the sentence of a missed target. `None` where it has the
/// number, or where nobody knows the name.
pub(super) fn never_happened(name: &str, evidence: &Evidence<'_>) -> Option<String> {
    let (candidate, baseline) = (evidence.candidate, evidence.baseline);
    let of = [Some(name), name.strip_suffix("_ratio")].into_iter().flatten();
    if of.clone().any(|of| candidate.contains_key(of)) || evidence.lacks_samples(name) {
        return None;
    }
    let needs = of.clone().find_map(|of| NEEDS.iter().find(|(known, _)| *known == of)).map(|(_, what)| *what);
    let was = of.clone().find_map(|of| Some((of, *baseline.get(of)?)));
    let what = match (needs, was) {
        (None, None) => return None,
        (needs, _) => needs.unwrap_or("what it counts never happened in this version"),
    };
    let was = was.map_or(String::new(), |(of, value)| format!(" (flawed: {})", Unit::of(of).shown(value)));
    Some(format!("nothing to count: {what} while requests were counted{was}"))
}
