//! What a run says: the verdict, and each target with what was measured of it.

use crate::exercise::{Unit, phrase};
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
    /// What people call it; empty in files of an older bench.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub says: String,
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
    /// Why it is missed although there is no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl TargetOutcome {
    /// What people call it.
    pub fn sentence(&self) -> String {
        if self.says.is_empty() { phrase(&self.name) } else { self.says.clone() }
    }

    /// What was measured, with its interval where it has one; or why there is no number.
    pub fn measured(&self) -> String {
        match (self.value, &self.note) {
            (Some(value), _) => self.unit().shown_with(value, self.interval.as_ref()),
            (None, Some(note)) => note.clone(),
            (None, None) => "too few samples".to_owned(),
        }
    }

    /// What was wanted: `at most 0.75`, `45 % ± 5 %`.
    pub fn wanted(&self) -> String {
        let shown = |value: f64| self.unit().shown(value);
        match self.tolerance {
            Some(tolerance) => format!("{} ± {}", shown(self.limit), shown(tolerance)),
            None if self.name.ends_with("falls") => format!("below {}", shown(self.limit)),
            None if self.name.ends_with("rises") => format!("above {}", shown(self.limit)),
            None => self.unit().limit(self.limit, self.at_least),
        }
    }

    /// In what its number is told.
    pub fn unit(&self) -> Unit {
        Unit::of(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::TargetOutcome;

    #[test]
    fn a_target_is_told_in_the_unit_of_its_name() {
        let errors = TargetOutcome {
            name: "hang.browse.error_share".to_owned(),
            value: Some(0.574),
            met: Some(false),
            ..TargetOutcome::default()
        };
        assert_eq!((errors.measured(), errors.wanted()), ("57 %".to_owned(), "0 %".to_owned()));
        assert_eq!(errors.sentence(), "browse requests that fail, phase hang");
        let share = TargetOutcome {
            name: "share of db, stage 1".to_owned(),
            limit: 0.45,
            tolerance: Some(0.05),
            ..TargetOutcome::default()
        };
        assert_eq!((share.measured(), share.wanted()), ("too few samples".to_owned(), "45 % ± 5 %".to_owned()));
    }
}
