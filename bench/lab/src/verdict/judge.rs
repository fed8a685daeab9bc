//! Judges targets: counts by their value, latency ratios by their interval.

use super::evidence::Evidence;
use super::never::never_happened;
use super::{TargetOutcome, Verdict};
use crate::exercise::Target;
use crate::exit::Failure;
use stats::Interval;

/// The names a latency ratio may have in a target, before `_ratio`.
const TIMED: [&str; 5] = ["p50", "p95", "p99", "p999", "mean"];

/// Judges every target there is evidence about; ratios of latency are left out where nothing was timed.
///
/// # Errors
/// Exit 2 for a target nobody counts, with the names there are.
pub fn judge(targets: &[Target], evidence: &Evidence<'_>) -> Result<Vec<TargetOutcome>, Failure> {
    let mut judged = Vec::new();
    for target in targets {
        let (value, interval, note) = match (timed(&target.name), evidence.ratios) {
            (Some(_), None) => continue,
            (Some(name), Some(ratios)) => {
                let interval = ratios.get(name).copied();
                (interval.map(|interval| interval.estimate), interval, None)
            }
            (None, _) => match never_happened(&target.name, evidence) {
                Some(note) => (None, None, Some(note)),
                None => (counted(&target.name, evidence)?, None, None),
            },
        };
        for (limit, at_least) in [(target.max, false), (target.min, true)] {
            let Some(limit) = limit else { continue };
            let met = if note.is_some() { Some(false) } else { met(limit, at_least, value, interval) };
            let (name, says, note) = (target.name.clone(), target.sentence(), note.clone());
            judged.push(TargetOutcome { name, says, limit, at_least, tolerance: None, value, interval, met, note });
        }
    }
    Ok(judged)
}

/// The name under which a ratio or a growth of latency stands: `p95` and `TAG.p95` for candidate over baseline, `p95_growth`
/// for the candidate's own second size over its first. `None` for what is counted.
fn timed(target: &str) -> Option<&str> {
    let quantile = |name: &str| TIMED.contains(&name.rsplit_once('.').map_or(name, |(_, last)| last));
    match target.strip_suffix("_growth") {
        Some(name) => quantile(name).then_some(target),
        None => target.strip_suffix("_ratio").filter(|name| quantile(name)),
    }
}

/// Whether a target of this name is about latency.
pub fn is_timed(target: &str) -> bool {
    timed(target).is_some()
}

/// A count, or two of them compared; `None` for a percentile of a phase that had too few samples.
fn counted(name: &str, evidence: &Evidence<'_>) -> Result<Option<f64>, Failure> {
    if let Some(value) = evidence.candidate.get(name) {
        return Ok(Some(*value));
    }
    let of = name.strip_suffix("_ratio").unwrap_or(name);
    if let (Some(was), Some(is)) = (evidence.baseline.get(of), evidence.candidate.get(of)) {
        return Ok(Some(quotient(*is, *was)));
    }
    if evidence.lacks_samples(name) {
        return Ok(None);
    }
    let known: Vec<&str> = evidence.candidate.keys().map(String::as_str).collect();
    Err(Failure::usage(format!("the target {name:?} in exercise.toml is not counted"))
        .remedy(format!("counted: {}; timed: p50_ratio, p95_ratio, p99_ratio, mean_ratio", known.join(", "))))
}

/// One count over another; nothing over nothing is no change.
pub fn quotient(is: f64, was: f64) -> f64 {
    if is == was { 1.0 } else { is / was }
}

fn met(limit: f64, at_least: bool, value: Option<f64>, interval: Option<Interval>) -> Option<bool> {
    // A hair of slack for counts: 2.0 queries are 2 queries, whatever the division said.
    let slack = 1e-9 * limit.abs().max(1.0);
    let value = value?;
    let (low, high) = interval.map_or((value, value), |interval| (interval.low, interval.high));
    let (surely, surely_not) = if at_least {
        (low >= limit - slack, high < limit - slack)
    } else {
        (high <= limit + slack, low > limit + slack)
    };
    match (surely, surely_not) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// The verdict over all targets.
pub fn verdict(judged: &[TargetOutcome]) -> Verdict {
    if judged.iter().any(|one| one.met == Some(false)) {
        Verdict::NotYet
    } else if judged.iter().any(|one| one.met.is_none()) {
        Verdict::Inconclusive
    } else {
        Verdict::Pass
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn target(name: &str, max: f64) -> Target {
        Target { name: name.to_owned(), max: Some(max), min: None, says: None, why: String::new() }
    }

    fn judged(targets: &[Target], ratio: Interval) -> Vec<TargetOutcome> {
        let baseline = BTreeMap::from([("body_bytes".to_owned(), 1000.0)]);
        let candidate = BTreeMap::from([("body_bytes".to_owned(), 100.0), ("db_queries_per_request".to_owned(), 2.0)]);
        let ratios = BTreeMap::from([("p95".to_owned(), ratio)]);
        judge(targets, &Evidence { baseline: &baseline, candidate: &candidate, ratios: Some(&ratios) }).unwrap()
    }

    #[test]
    fn a_ratio_is_judged_by_its_interval_and_a_count_by_its_value() {
        let targets =
            [target("db_queries_per_request", 2.0), target("body_bytes_ratio", 0.1), target("p95_ratio", 0.6)];
        let clear = judged(&targets, Interval { estimate: 0.5, low: 0.45, high: 0.55 });
        assert_eq!(verdict(&clear), Verdict::Pass, "{clear:?}");
        let wide = judged(&targets, Interval { estimate: 0.5, low: 0.45, high: 0.65 });
        assert_eq!((verdict(&wide), wide[2].met), (Verdict::Inconclusive, None));
        let slow = judged(&targets, Interval { estimate: 0.9, low: 0.8, high: 1.0 });
        assert_eq!(verdict(&slow), Verdict::NotYet);
    }

    #[test]
    fn one_missed_count_outweighs_what_cannot_be_told() {
        let targets = [target("db_queries_per_request", 1.0), target("p95_ratio", 0.5)];
        assert_eq!(verdict(&judged(&targets, Interval { estimate: 0.5, low: 0.4, high: 0.6 })), Verdict::NotYet);
    }

    #[test]
    fn tags_phases_and_growth_have_targets_of_their_own() {
        let counts = |factor: f64| {
            let names =
                [("db_queries_per_request_growth", 1.0), ("down.error_share", 0.0), ("down.order.error_share", 0.0)];
            let mut counts: BTreeMap<String, f64> = names.iter().map(|(name, v)| ((*name).to_owned(), *v)).collect();
            counts.insert("down.order.p50_ms".to_owned(), 10.0 * factor);
            counts
        };
        let half = Interval { estimate: 0.5, low: 0.4, high: 0.6 };
        let ratios = ["health.p99", "p95_growth"].map(|name| (name.to_owned(), half)).into();
        let (baseline, candidate) = (counts(4.0), counts(1.0));
        let evidence = Evidence { baseline: &baseline, candidate: &candidate, ratios: Some(&ratios) };
        let met = |name: &str, max: f64| judge(&[target(name, max)], &evidence).map(|judged| judged[0].met);
        assert_eq!(met("health.p99_ratio", 0.7).unwrap(), Some(true));
        assert_eq!(met("p95_growth", 0.3).unwrap(), Some(false));
        assert_eq!(met("db_queries_per_request_growth", 1.0).unwrap(), Some(true));
        assert_eq!(met("down.order.p50_ms_ratio", 0.25).unwrap(), Some(true));
        assert_eq!(met("down.error_share_ratio", 1.0).unwrap(), Some(true), "nothing over nothing");
        assert_eq!(met("down.order.p99_ms", 100.0).unwrap(), None, "too few samples");
        assert!(met("down.ordre.p99_ms", 100.0).is_err(), "a tag there is not");
        let untimed = Evidence { ratios: None, ..evidence };
        assert!(judge(&[target("p95_growth", 0.3)], &untimed).unwrap().is_empty());
    }

    #[test]
    fn what_a_version_never_did_is_missed_with_a_sentence() {
        let baseline = BTreeMap::from([("loads_per_expiry".to_owned(), 4.0), ("body_bytes".to_owned(), 9.0)]);
        let candidate = BTreeMap::from([("body_bytes".to_owned(), 1.0)]);
        let evidence = Evidence { baseline: &baseline, candidate: &candidate, ratios: None };
        let missed = |target: Target| judge(&[target], &evidence).unwrap().remove(0);
        let loads = missed(target("loads_per_expiry", 2.0));
        assert_eq!((loads.value, loads.met), (None, Some(false)));
        assert!(loads.note.as_ref().is_some_and(|note| note.contains("never") && note.contains('4')), "{loads:?}");
        // Neither version did it: known all the same, because no request is known to lead to it.
        let hits = Target { max: None, min: Some(0.8), ..target("cache_hit_share", 1.0) };
        assert_eq!(missed(hits).met, Some(false));
        assert_eq!(missed(target("loads_per_expiry_ratio", 1.0)).met, Some(false));
    }

    #[test]
    fn a_target_nobody_counts_is_refused_with_those_there_are() {
        let counts = BTreeMap::from([("response_bytes".to_owned(), 1.0)]);
        let evidence = Evidence { baseline: &counts, candidate: &counts, ratios: None };
        let failure = judge(&[target("bytes", 1.0)], &evidence).unwrap_err();
        assert!(failure.remedy.contains("response_bytes"), "{failure}");
        assert!(judge(&[target("p95_ratio", 1.0)], &evidence).unwrap().is_empty(), "nothing was timed");
    }
}
