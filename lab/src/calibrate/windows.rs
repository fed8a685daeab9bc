//! Disjoint windows of a recording, each judged as a run of its own, and how often each verdict came.

use crate::pipeline::{ArmLatency, mde, ratio};
use crate::stats::{self, Change, Interval};
use hdrhistogram::Histogram;

/// The normal quantile of 95 %.
const Z: f64 = 1.96;

/// How often each verdict came.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Tally {
    /// Windows that had enough data for a verdict.
    pub windows: usize,
    /// Verdicts.
    pub faster: usize,
    /// Verdicts.
    pub slower: usize,
    /// Verdicts.
    pub same: usize,
    /// Verdicts.
    pub inconclusive: usize,
    /// Intervals that do not hold the true ratio.
    pub missed_truth: usize,
    /// Windows whose own minimum detectable effect was at most the true effect.
    pub detectable: usize,
    /// Of these, how many called it slower.
    pub detected: usize,
    /// The median of the estimates.
    pub estimate: f64,
    /// The median of the minimum detectable effects the windows printed.
    pub mde: f64,
}

/// Judges `candidate` against `baseline` in windows of so many rounds, at a quantile, with a margin. `effect` is the truth: how
/// much longer the candidate takes, as a share.
pub fn tally(
    baseline: &ArmLatency,
    candidate: &ArmLatency,
    quantile: f64,
    rounds: usize,
    margin: f64,
    effect: f64,
) -> Tally {
    let mut tally = Tally::default();
    let (mut estimates, mut mdes) = (Vec::new(), Vec::new());
    let windows = baseline.rounds.chunks_exact(rounds).zip(candidate.rounds.chunks_exact(rounds));
    for (window, (base, cand)) in windows.enumerate() {
        let (base, cand) = (part(base), part(cand));
        let Some(found) = ratio(&base, &cand, Some(quantile), window as u64) else { continue };
        let verdict = stats::change(&found, margin);
        tally.windows += 1;
        match verdict {
            Change::Faster => tally.faster += 1,
            Change::Slower => tally.slower += 1,
            Change::Same => tally.same += 1,
            Change::Inconclusive => tally.inconclusive += 1,
        }
        tally.missed_truth += usize::from(found.excludes(1.0 + effect));
        let mde = mde(&base, &cand, quantile);
        if mde <= effect {
            tally.detectable += 1;
            tally.detected += usize::from(verdict == Change::Slower);
        }
        estimates.push(found.estimate);
        mdes.push(mde);
    }
    tally.estimate = stats::median(estimates);
    tally.mde = stats::median(mdes);
    tally
}

fn part(rounds: &[[Histogram<u64>; 2]]) -> ArmLatency {
    ArmLatency { rounds: rounds.to_vec(), ..ArmLatency::default() }
}

/// The share `hits` of `of` with Wilson's 95 % interval (E. B. Wilson, Probable inference, the law of succession, and
/// statistical inference, 1927). `None` of nothing.
pub fn share_interval(hits: usize, of: usize) -> Option<Interval> {
    if of == 0 {
        return None;
    }
    let (n, p) = (of as f64, hits as f64 / of as f64);
    let centre = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    Some(Interval { estimate: p, low: (centre - half).max(0.0), high: (centre + half).min(1.0) })
}

#[cfg(test)]
mod unit {
    use super::share_interval;

    #[test]
    fn none_of_a_hundred_is_not_certainly_none() {
        let none = share_interval(0, 100).unwrap();
        assert!(none.low == 0.0 && (none.high - 0.037).abs() < 0.001, "{none:?}");
        let most = share_interval(95, 100).unwrap();
        assert!((most.low - 0.888).abs() < 0.001 && (most.high - 0.978).abs() < 0.001, "{most:?}");
        assert_eq!(share_interval(0, 0), None);
    }
}
