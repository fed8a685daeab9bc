//! Slower than the margin, not slower, or not to be told.

use super::margin::Margin;
use crate::verdict::TargetOutcome;
use stats::{Change, Interval, change};
use std::collections::BTreeMap;

/// What is judged. The 99th percentile is shown where there are samples enough, and judges nothing: its interval is wide.
const JUDGED: [&str; 2] = ["p50", "p95"];

/// One outcome for each of the two. Slower is what [`change`] calls slower; not slower is whatever lies below the margin as a
/// whole; anything between cannot be told.
pub(super) fn judge(
    ratios: &BTreeMap<String, Interval>,
    rounds: usize,
    margin: Margin,
    base_ms: impl Fn(&str) -> Option<f64>,
) -> Vec<TargetOutcome> {
    let judged = JUDGED.iter().map(|name| {
        let margin = margin.of(base_ms(name));
        let limit = 1.0 + margin;
        let ratio = ratios.get(*name).copied();
        let met = ratio.and_then(|ratio| match change(&ratio, rounds, margin) {
            Change::Slower => Some(false),
            Change::Same | Change::Faster => Some(true),
            Change::Inconclusive => (ratio.high <= limit).then_some(true),
        });
        TargetOutcome {
            name: format!("{name}_ratio"),
            limit,
            value: ratio.map(|ratio| ratio.estimate),
            interval: ratio,
            met,
            ..TargetOutcome::default()
        }
    });
    judged.collect()
}

#[cfg(test)]
mod tests {
    use super::{Margin, judge};
    use stats::Interval;

    const FIVE_PERCENT: Margin = Margin { share: 0.05, ms: 0.0 };

    #[test]
    fn a_canary_is_stopped_only_by_a_slowness_that_was_seen() {
        let met = |estimate, low, high| {
            let ratios = [("p50".to_owned(), Interval { estimate, low, high })].into();
            judge(&ratios, 12, FIVE_PERCENT, |_| Some(1.0))[0].met
        };
        assert_eq!(met(1.00, 0.98, 1.02), Some(true), "the same");
        assert_eq!(met(0.70, 0.60, 0.80), Some(true), "faster");
        assert_eq!(met(0.97, 0.90, 1.04), Some(true), "perhaps faster, surely not slower by more");
        assert_eq!(met(1.10, 1.07, 1.13), Some(false), "slower");
        assert_eq!(met(1.03, 0.98, 1.08), None, "within or beyond the margin");
        assert_eq!(judge(&[].into(), 12, FIVE_PERCENT, |_| None)[1].met, None, "too few samples");
    }

    #[test]
    fn what_is_longer_by_less_than_a_time_that_matters_is_not_slower() {
        let ratios = [("p50".to_owned(), Interval { estimate: 1.30, low: 1.25, high: 1.35 })].into();
        let met = |base_ms| judge(&ratios, 12, Margin { ms: 0.25, ..FIVE_PERCENT }, |_| Some(base_ms))[0].met;
        assert_eq!(met(0.2), Some(true), "0.06 ms more");
        assert_eq!(met(20.0), Some(false), "6 ms more");
    }
}
