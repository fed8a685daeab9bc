//! What a run says: the verdict, and each target with what was measured of it.

use crate::exit::Exit;
use serde::{Deserialize, Serialize};
use stats::Interval;

/// What a run says in the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All targets met.
    Pass,
    /// At least one missed.
    NotYet,
    /// None missed for sure, but at least one cannot be told.
    Inconclusive,
    /// Another answer; nothing was timed.
    BehaviourChanged,
    /// The environment could not do it; also what a file says in a word that this version does not know.
    #[default]
    #[serde(other)]
    Unfit,
}

impl Verdict {
    /// The exit code.
    pub fn exit(self) -> Exit {
        match self {
            Self::Pass => Exit::Pass,
            Self::NotYet => Exit::NotYet,
            Self::Inconclusive => Exit::Inconclusive,
            Self::BehaviourChanged => Exit::BehaviourChanged,
            Self::Unfit => Exit::Unfit,
        }
    }

    /// As `--json` spells it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::NotYet => "not_yet",
            Self::Inconclusive => "inconclusive",
            Self::BehaviourChanged => "behaviour_changed",
            Self::Unfit => "unfit",
        }
    }
}

/// One target, judged.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct TargetOutcome {
    /// Its name.
    pub name: String,
    /// The limit: the largest value allowed, or the smallest where `at_least`.
    pub limit: f64,
    /// The limit is a lower bound.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub at_least: bool,
    /// The limit is a value to be reproduced, give or take this much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// What was measured; `null` where there was too little data.
    pub value: Option<f64>,
    /// Its interval, for ratios of latency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// Met, missed, or (`null`) not to be told.
    pub met: Option<bool>,
}
