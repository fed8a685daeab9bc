//! A prediction as `state.toml` keeps it, and beside what was measured of its number.

use super::Expected;
use serde::{Deserialize, Serialize};
use stats::Interval;
use std::collections::BTreeMap;
use toml::Table;

/// A hypothesis, written down before the measurement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// What is expected, of which number.
    #[serde(flatten)]
    pub expected: Expected,
    /// Why.
    #[serde(default)]
    pub because: String,
    /// When it was written.
    pub at: String,
    /// Expected counts of the candidate, by their names in the report.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, f64>,
    /// Keys of another version.
    #[serde(flatten)]
    pub others: Table,
}

/// A prediction beside what was measured. It is never changed again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// What was expected, of which number.
    #[serde(flatten)]
    pub expected: Expected,
    /// Why.
    #[serde(default)]
    pub because: String,
    /// When it was predicted.
    pub at: String,
    /// What was measured.
    pub measured: f64,
    /// The lower end of its interval; the same as `measured` for what is counted.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// When it was measured.
    pub measured_at: String,
    /// The version of `yours.rs` that was measured.
    #[serde(default)]
    pub version: String,
    /// Counts that were predicted, and what they were.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, CountScore>,
    /// Keys of another version.
    #[serde(flatten)]
    pub others: Table,
}

/// A predicted count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CountScore {
    /// What was expected.
    pub predicted: f64,
    /// What was counted.
    pub measured: f64,
}

impl Score {
    /// Predicted minus measured, in percentage points: above zero, the learner expected too little of the change. `None` for what
    /// is told neither as a ratio nor as a share.
    pub fn error_points(&self) -> Option<f64> {
        self.expected.unit().in_points().then_some((self.expected.value - self.measured) * 100.0)
    }

    /// Was the prediction within the measured interval, or, of what is counted, near enough?
    pub fn inside(&self) -> bool {
        match self.interval() {
            Some(measured) => (measured.low..=measured.high).contains(&self.expected.value),
            None => self.expected.unit().hit(self.expected.value, self.measured),
        }
    }

    /// The measured interval; `None` for what is counted.
    pub fn interval(&self) -> Option<Interval> {
        (self.low < self.high).then_some(Interval { estimate: self.measured, low: self.low, high: self.high })
    }

    /// What was measured, as people read it.
    pub fn shown(&self) -> String {
        self.expected.unit().shown_with(self.measured, self.interval().as_ref())
    }

    /// The hypothesis as it was written down.
    pub fn prediction(&self) -> Prediction {
        Prediction {
            expected: self.expected.clone(),
            because: self.because.clone(),
            at: self.at.clone(),
            counts: self.counts.iter().map(|(name, count)| (name.clone(), count.predicted)).collect(),
            others: Table::new(),
        }
    }
}
