//! What each run said.

use crate::pipeline::{ArmLatency, observed, ratio};
use serde::{Deserialize, Serialize};
use stats::{self, Interval};

/// What one run said about one statistic.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Window {
    /// Candidate over baseline.
    pub estimate: f64,
    /// The bounds of its interval.
    pub low: f64,
    /// The bounds of its interval.
    pub high: f64,
    /// The effect of each round that counted, as a logarithm.
    pub effects: Vec<f64>,
}

impl Window {
    /// As a measurement reads it; `None` without enough data for an interval.
    pub fn of(baseline: &ArmLatency, candidate: &ArmLatency, quantile: f64, seed: u64) -> Option<Self> {
        let Interval { estimate, low, high } = ratio(baseline, candidate, Some(quantile), seed)?;
        Some(Self { estimate, low, high, effects: observed(baseline, candidate, quantile) })
    }

    /// Runs in a row read as one that was as long as all of them. `None` with too few rounds for an interval.
    pub fn joined(runs: &[Self]) -> Option<Self> {
        let effects: Vec<f64> = runs.iter().flat_map(|run| run.effects.iter().copied()).collect();
        let Interval { estimate, low, high } = stats::hodges_lehmann(&effects, stats::CONFIDENCE)?.exp();
        Some(Self { estimate, low, high, effects })
    }

    pub(super) fn interval(&self) -> Interval {
        Interval { estimate: self.estimate, low: self.low, high: self.high }
    }

    /// The minimum detectable effect the run prints, as a share.
    pub(super) fn mde(&self) -> f64 {
        stats::minimum_detectable_effect(&self.effects)
    }
}
