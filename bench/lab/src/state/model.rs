//! What `.lab/state.toml` says: the learner's place, predictions and results, keyed by the exercises' ids.
//!
//! Every table keeps the keys it does not know: a file that a newer version wrote, or that was merged by hand, loses nothing.

use super::{CountScore, Prediction, Score};
use serde::{Deserialize, Serialize};
use stats::Interval;
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
    /// What was measured of the number that the exercise has predicted, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Measured>,
    /// Keys of another version.
    #[serde(flatten)]
    pub others: Table,
}

/// A number that was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Its name.
    pub of: String,
    /// How much.
    pub value: f64,
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

    /// Was this version measured with a number as the result?
    pub fn is_measured(&self, version: &str) -> bool {
        let has_result = |one: &Outcome| one.p95_ratio.is_some() || one.subject.is_some();
        self.measured.as_ref().is_some_and(|one| one.version == version && has_result(one))
    }

    /// Closes the open prediction with what was `measured` of its number; nothing where this version was measured before, or where
    /// the run has no such number: then the prediction stays open.
    pub fn score(
        &mut self,
        version: &str,
        measured: impl FnOnce(&str) -> Option<Interval>,
        counts: &BTreeMap<String, f64>,
        now: &str,
    ) {
        if self.is_measured(version) || self.scored.iter().any(|score| score.version == version) {
            return;
        }
        let Some(measured) = self.prediction.as_ref().and_then(|one| measured(&one.expected.of)) else { return };
        let Some(prediction) = self.prediction.take() else { return };
        // Written after a check had shown the counts of this very version: known, not predicted.
        let known = self.checked.as_ref().is_some_and(|one| one.version == version && one.at < prediction.at);
        let counts = prediction.counts.iter().filter(|_| !known).filter_map(|(name, predicted)| {
            Some((name.clone(), CountScore { predicted: *predicted, measured: *counts.get(name)? }))
        });
        self.scored.push(Score {
            expected: prediction.expected,
            because: prediction.because,
            at: prediction.at,
            measured: measured.estimate,
            low: measured.low,
            high: measured.high,
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
    use crate::state::Expected;

    const RATIO: Interval = Interval { estimate: 0.5, low: 0.45, high: 0.6 };

    fn predicted(at: &str) -> Progress {
        let counts = BTreeMap::from([("db_queries_per_request".to_owned(), 2.0)]);
        let prediction =
            Prediction { expected: Expected::p95_ratio(0.58), at: at.to_owned(), counts, ..Prediction::default() };
        Progress { prediction: Some(prediction), ..Progress::default() }
    }

    fn ratio(name: &str) -> Option<Interval> {
        (name == "p95_ratio").then_some(RATIO)
    }

    fn counted() -> BTreeMap<String, f64> {
        BTreeMap::from([("db_queries_per_request".to_owned(), 3.0)])
    }

    #[test]
    fn a_measurement_closes_the_prediction_and_the_same_version_does_not_score_twice() {
        let mut progress = predicted("1");
        progress.score("v1", ratio, &counted(), "2");
        assert!(progress.prediction.is_none(), "it is closed");
        let score = &progress.scored[0];
        assert!(score.error_points().is_some_and(|points| (points - 8.0).abs() < 1e-9) && score.inside(), "{score:?}");
        assert_eq!(score.counts["db_queries_per_request"], CountScore { predicted: 2.0, measured: 3.0 });
        progress.prediction = Some(Prediction { expected: Expected::p95_ratio(0.5), ..Prediction::default() });
        progress.score("v1", ratio, &counted(), "3");
        assert_eq!(progress.scored.len(), 1, "the result was known");
        assert!(progress.prediction.is_some(), "it waits for a change");
        assert_eq!(progress.prediction_for("v1").map(|one| one.expected.value), Some(0.58));
        assert_eq!(progress.prediction_for("v2").map(|one| one.expected.value), Some(0.5));
    }

    #[test]
    fn any_number_is_scored_and_what_a_run_does_not_have_leaves_the_prediction_open() {
        let mut progress = predicted("1");
        progress.prediction.as_mut().unwrap().expected = Expected::of("hang.browse.error_share", 0.0);
        progress.score("v1", ratio, &counted(), "2");
        assert!(progress.prediction.is_some() && progress.scored.is_empty());
        let counts = |name: &str| {
            (name == "hang.browse.error_share").then_some(Interval { estimate: 0.57, low: 0.57, high: 0.57 })
        };
        progress.score("v1", counts, &counted(), "3");
        let score = &progress.scored[0];
        assert_eq!((score.inside(), score.interval(), score.shown().as_str()), (false, None, "57 %"));
        assert_eq!(score.error_points().map(f64::round), Some(-57.0));
        let text = toml::to_string(score).unwrap();
        assert!(text.contains("of = \"hang.browse.error_share\"") && !text.contains("p95_ratio"), "{text}");
        assert_eq!(toml::from_str::<Score>(&text).unwrap(), *score);
    }

    #[test]
    fn what_was_measured_of_any_number_is_kept_beside_keys_of_another_version() {
        let text = "version = \"v\"\nverdict = \"pass\"\nat = \"1\"\nseconds = 3.0\nmood = \"good\"\n\
                    subject = { of = \"killed.lost\", value = 0.0 }\n";
        let outcome: Outcome = toml::from_str(text).unwrap();
        assert_eq!(outcome.subject, Some(Measured { of: "killed.lost".to_owned(), value: 0.0 }));
        assert_eq!(outcome.others["mood"].as_str(), Some("good"));
        let progress = Progress { measured: Some(outcome), ..Progress::default() };
        assert!(progress.is_measured("v"), "although it has no p95 ratio");
        let written = toml::to_string_pretty(&progress).unwrap();
        assert_eq!(toml::from_str::<Progress>(&written).unwrap(), progress, "{written}");
    }

    #[test]
    fn a_count_that_a_check_had_shown_is_not_scored() {
        let mut progress = predicted("2");
        progress.checked = Some(Outcome { version: "v1".to_owned(), at: "1".to_owned(), ..Outcome::default() });
        progress.score("v1", ratio, &counted(), "3");
        assert!(progress.scored[0].counts.is_empty());
    }
}
