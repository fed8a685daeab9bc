//! What `.lab/state.toml` says: the learner's place, predictions and results, keyed by the exercises' ids.
//!
//! Every table keeps the keys it does not know: a file that a newer version wrote, or that was merged by hand, loses nothing.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Table;

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The exercise that commands without an id mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// Progress by exercise id, also of exercises that this course does not have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exercise: BTreeMap<String, Progress>,
    /// Keys of another version.
    #[serde(flatten)]
    pub others: Table,
}

/// Where the learner is with one exercise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// When it was first made the current one (RFC 3339, as all times here).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// When it was first observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<String>,
    /// When it was first passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed: Option<String>,
    /// The best p95 ratio measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_p95_ratio: Option<f64>,
    /// The deepest hint seen.
    #[serde(default)]
    pub hints: usize,
    /// The solution was looked at before it was passed.
    #[serde(default)]
    pub revealed: bool,
    /// The hypothesis that the next measurement of a new version is set beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction: Option<Prediction>,
    /// The last `check` of `yours`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<Outcome>,
    /// The last `measure` of `yours`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<Outcome>,
    /// Predictions that a measurement has answered, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scored: Vec<Score>,
    /// Keys of another version.
    #[serde(flatten)]
    pub others: Table,
}

/// A hypothesis, written down before the measurement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// Expected p95 of the candidate over that of the baseline.
    pub p95_ratio: f64,
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

/// How a version of `yours.rs` did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The version: the beginning of the SHA-256 of the file.
    pub version: String,
    /// As `--json` spells it.
    pub verdict: String,
    /// When.
    pub at: String,
    /// How long it took.
    #[serde(default)]
    pub seconds: f64,
    /// The measured p95 ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95_ratio: Option<f64>,
    /// Keys of another version.
    #[serde(flatten)]
    pub others: Table,
}

/// A prediction beside what was measured. It is never changed again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The predicted ratio.
    pub p95_ratio: f64,
    /// Why.
    #[serde(default)]
    pub because: String,
    /// When it was predicted.
    pub at: String,
    /// The measured ratio.
    pub measured: f64,
    /// The lower end of its interval.
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
    /// Predicted minus measured, in percentage points: above zero, the learner expected too little of the change.
    pub fn error_points(&self) -> f64 {
        (self.p95_ratio - self.measured) * 100.0
    }

    /// Was the prediction within the measured interval?
    pub fn inside(&self) -> bool {
        (self.low..=self.high).contains(&self.p95_ratio)
    }

    /// The hypothesis as it was written down.
    pub fn prediction(&self) -> Prediction {
        Prediction {
            p95_ratio: self.p95_ratio,
            because: self.because.clone(),
            at: self.at.clone(),
            counts: self.counts.iter().map(|(name, count)| (name.clone(), count.predicted)).collect(),
            others: Table::new(),
        }
    }
}

impl Progress {
    /// Nothing was done with it yet.
    pub fn is_new(&self) -> bool {
        *self == Self::default()
    }

    /// The prediction that belongs to a version: the open one for a version not yet measured, else the one it answered.
    pub fn prediction_for(&self, version: &str) -> Option<Prediction> {
        match self.scored.iter().rev().find(|score| score.version == version) {
            Some(score) => Some(score.prediction()),
            None => self.prediction.clone().filter(|_| !self.is_measured(version)),
        }
    }

    /// Was this version measured with a ratio as the result?
    pub fn is_measured(&self, version: &str) -> bool {
        self.measured.as_ref().is_some_and(|one| one.version == version && one.p95_ratio.is_some())
    }

    /// Closes the open prediction with what was measured; nothing where this version was measured before.
    pub fn score(&mut self, version: &str, ratio: stats::Interval, counts: &BTreeMap<String, f64>, now: &str) {
        if self.is_measured(version) || self.scored.iter().any(|score| score.version == version) {
            return;
        }
        let Some(prediction) = self.prediction.take() else { return };
        // Written after a check had shown the counts of this very version: known, not predicted.
        let known = self.checked.as_ref().is_some_and(|one| one.version == version && one.at < prediction.at);
        let counts = prediction.counts.iter().filter(|_| !known).filter_map(|(name, predicted)| {
            Some((name.clone(), CountScore { predicted: *predicted, measured: *counts.get(name)? }))
        });
        self.scored.push(Score {
            p95_ratio: prediction.p95_ratio,
            because: prediction.because,
            at: prediction.at,
            measured: ratio.estimate,
            low: ratio.low,
            high: ratio.high,
            measured_at: now.to_owned(),
            version: version.to_owned(),
            counts: counts.collect(),
            others: prediction.others,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stats::Interval;

    const RATIO: Interval = Interval { estimate: 0.5, low: 0.45, high: 0.6 };

    fn predicted(at: &str) -> Progress {
        let counts = BTreeMap::from([("db_queries_per_request".to_owned(), 2.0)]);
        let prediction = Prediction { p95_ratio: 0.58, at: at.to_owned(), counts, ..Prediction::default() };
        Progress { prediction: Some(prediction), ..Progress::default() }
    }

    fn counted() -> BTreeMap<String, f64> {
        BTreeMap::from([("db_queries_per_request".to_owned(), 3.0)])
    }

    #[test]
    fn a_measurement_closes_the_prediction_and_the_same_version_does_not_score_twice() {
        let mut progress = predicted("1");
        progress.score("v1", RATIO, &counted(), "2");
        assert!(progress.prediction.is_none(), "it is closed");
        let score = &progress.scored[0];
        assert!((score.error_points() - 8.0).abs() < 1e-9 && score.inside(), "{score:?}");
        assert_eq!(score.counts["db_queries_per_request"], CountScore { predicted: 2.0, measured: 3.0 });
        progress.prediction = Some(Prediction { p95_ratio: 0.5, ..Prediction::default() });
        progress.score("v1", RATIO, &counted(), "3");
        assert_eq!(progress.scored.len(), 1, "the result was known");
        assert!(progress.prediction.is_some(), "it waits for a change");
        assert_eq!(progress.prediction_for("v1").map(|one| one.p95_ratio), Some(0.58));
        assert_eq!(progress.prediction_for("v2").map(|one| one.p95_ratio), Some(0.5));
    }

    #[test]
    fn a_count_that_a_check_had_shown_is_not_scored() {
        let mut progress = predicted("2");
        progress.checked = Some(Outcome { version: "v1".to_owned(), at: "1".to_owned(), ..Outcome::default() });
        progress.score("v1", RATIO, &counted(), "3");
        assert!(progress.scored[0].counts.is_empty());
    }
}
