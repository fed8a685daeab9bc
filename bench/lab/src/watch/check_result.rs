//! What a save led to, as the screen and a program are told it.

use super::stopwatch::Phase;
use crate::report::Report;

/// What a save led to.
#[derive(Clone, Debug)]
pub struct CheckResult {
    /// The object of `check`.
    pub report: Report,
    /// Targets that only a measurement tells: latency, and what needs another load.
    pub untold: Vec<String>,
    /// Behaviour cases asked of both.
    pub cases: usize,
    /// Traced requests of the candidate.
    pub requests: usize,
    /// `yours.rs` is as it was at first: the numbers are the baseline's.
    pub untouched: bool,
    /// Where the time went.
    pub phases: Vec<Phase>,
    /// From save to verdict.
    pub seconds: f64,
}

impl CheckResult {
    /// The object of `check`, and what only a watch knows.
    pub fn object(&self) -> serde_json::Value {
        let mut object = serde_json::to_value(&self.report).unwrap_or_default();
        object["untouched"] = self.untouched.into();
        object["untold"] = self.untold.as_slice().into();
        object["phases"] = self.phases.iter().map(|phase| (phase.name, phase.seconds)).collect();
        object
    }
}
