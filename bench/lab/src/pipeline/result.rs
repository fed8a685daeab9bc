//! What a run against flawed gives: counts and latency by arm, and each candidate judged.

use super::{Counted, Difference, Latency};
use crate::verdict::TargetOutcome;
use stats::Interval;
use std::collections::BTreeMap;

/// One candidate against the baseline.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its place among the arms.
    pub arm: usize,
    /// Another answer, if there is one. From then on nothing was measured of this candidate, and nothing is judged.
    pub difference: Option<Difference>,
    /// Latency ratios by name; empty where nothing was timed.
    pub ratios: BTreeMap<String, Interval>,
    /// The targets.
    pub judged: Vec<TargetOutcome>,
    /// The smallest p95 change this run would have seen, as a share.
    pub mde: Option<f64>,
}

/// The result of a run. Arm 0 is the baseline.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The arms' names.
    pub names: Vec<String>,
    /// Counts and analysis by arm; empty when behaviour changed in a run of one candidate.
    pub counted: Vec<Counted>,
    /// Latency, where it was measured.
    pub latency: Option<Latency>,
    /// The candidates.
    pub candidates: Vec<Candidate>,
    /// Of each arm, latency at the exercise's second size over that at its first; empty where it was not measured.
    pub growth: Vec<BTreeMap<String, Interval>>,
    /// The baseline against itself at p50.
    pub placebo: Option<Interval>,
    /// What a reader should know about the run.
    pub remarks: Vec<String>,
    /// The seed that everything was drawn from.
    pub seed: u64,
    /// Pairs of answers under load that were compared.
    pub compared: u64,
    /// How long it took.
    pub seconds: f64,
}
