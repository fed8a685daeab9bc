//! How often each verdict came.

use super::{Detections, Window};
use serde::Serialize;
use stats::{self, Change, Interval};

/// The normal quantile of 95 %.
const Z: f64 = 1.96;

/// How often each verdict came.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Runs.
    pub runs: usize,
    /// Of these, without a verdict because too much of them was void; they are inconclusive.
    pub void: usize,
    /// Verdicts.
    pub faster: usize,
    /// Verdicts.
    pub slower: usize,
    /// Verdicts.
    pub same: usize,
    /// Verdicts.
    pub inconclusive: usize,
    /// Verdicts that contradict the truth: a change where there is none, one in the other direction, or the same where the
    /// effect is larger than the margin.
    pub wrong: usize,
    /// The effect on latency that all rounds of all runs together show (Hodges-Lehmann): the truth for what is not exactly
    /// proportional to the waits or the work.
    pub recorded: Option<Interval>,
    /// Runs whose interval does not hold that.
    pub missed: usize,
    /// Runs in which the effect was at least what the run could find (`stats::detectable_beyond`).
    pub detectable: usize,
    /// Of these, how many called it slower.
    pub detected: usize,
    /// The median of the minimum detectable effects the runs printed.
    pub mde: f64,
}

impl Tally {
    /// Reads all runs with a margin.
    pub fn of(runs: &Detections, margin: f64) -> Self {
        let effects: Vec<f64> = runs.windows.iter().flat_map(|window| window.effects.iter().copied()).collect();
        let recorded = stats::hodges_lehmann(&effects, stats::CONFIDENCE).map(Interval::exp);
        let truth = match runs.effect {
            0.0 => 0.0,
            nominal => recorded.map_or(nominal, |ratio| ratio.estimate - 1.0),
        };
        let void = runs.runs - runs.windows.len();
        let mut tally = Self { runs: runs.runs, void, inconclusive: void, recorded, ..Self::default() };
        for window in &runs.windows {
            let verdict = stats::change(&window.interval(), window.effects.len(), margin);
            let (count, wrong) = match verdict {
                Change::Faster => (&mut tally.faster, true),
                Change::Slower => (&mut tally.slower, truth <= 0.0),
                Change::Same => (&mut tally.same, truth > margin),
                Change::Inconclusive => (&mut tally.inconclusive, false),
            };
            *count += 1;
            tally.wrong += usize::from(wrong);
            tally.missed += usize::from(window.interval().excludes(1.0 + truth));
            if truth > 0.0 && stats::detectable_beyond(window.mde(), window.effects.len(), margin) <= truth {
                tally.detectable += 1;
                tally.detected += usize::from(verdict == Change::Slower);
            }
        }
        tally.mde = stats::median(runs.windows.iter().map(Window::mde).collect());
        tally
    }
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
