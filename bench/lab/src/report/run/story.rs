//! The result of `measure` of a story: the object that `--json` prints. Its names are API.

use super::ArmReport;
use crate::delays::Calibration;
use crate::machine::Machine;
use crate::verdict::{TargetOutcome, Verdict};
use serde::{Deserialize, Serialize};
use stats::Interval;
use std::collections::BTreeMap;
use trace::Suspect;

/// The result of a story.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct StoryReport {
    /// The exercise's id.
    pub exercise: String,
    /// Reproduced within the tolerances or not.
    pub verdict: Verdict,
    /// One object a stage, like a seam's `baseline`.
    pub stages: Vec<ArmReport>,
    /// p95 (and others) of each stage over the first.
    pub ratio: Vec<BTreeMap<String, Interval>>,
    /// What had to be reproduced.
    pub targets: Vec<TargetOutcome>,
    /// Suspicious at the first stage.
    pub suspects: Vec<Suspect>,
    /// How the delays were found.
    pub calibration: Calibration,
    /// Baseline against itself; should hold 1.
    pub placebo: Option<Interval>,
    /// Rounds planned and kept.
    pub rounds: [usize; 2],
    /// Share of all cores busy while latency was measured.
    pub busy: f64,
    /// What a reader should know.
    pub remarks: Vec<String>,
    /// The machine.
    pub machine: Machine,
    /// How long the run took.
    pub seconds: f64,
}
