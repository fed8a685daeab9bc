//! A run file as the pages read it. Everything may be missing: a file of another version must still be shown.

mod extra;

pub use extra::{ByKind, Extra, ExtraArm, Row, Slice, Waterfall};

use crate::machine::Machine;
use crate::pipeline::{Difference, Judged};
use crate::stats::Interval;
use crate::trace::Suspect;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The whole file: the object of `--json`, and under `page` what only the pages need.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Run {
    /// The exercise's id.
    pub exercise: String,
    /// `pass`, `not_yet`, `inconclusive`, `behaviour_changed` or `unfit`.
    pub verdict: String,
    /// The first different answer, where behaviour changed.
    pub difference: Option<Difference>,
    /// The flawed version.
    pub baseline: Option<Arm>,
    /// The candidate.
    pub candidate: Option<Arm>,
    /// A story's stages.
    pub stages: Vec<Arm>,
    /// Candidate over baseline; of a story each stage over the first.
    pub ratio: Ratios,
    /// Suspicious calls.
    pub suspects: Vec<Suspect>,
    /// The targets.
    pub targets: Vec<Judged>,
    /// What was predicted.
    pub prediction: Option<Prediction>,
    /// How a story's delays were found.
    pub calibration: Option<Calibration>,
    /// Baseline against itself.
    pub placebo: Option<Interval>,
    /// The smallest p95 change the run would have seen, as a share.
    pub minimum_detectable_effect: Option<f64>,
    /// Rounds planned and kept.
    pub rounds: Option<[usize; 2]>,
    /// What a reader should know.
    pub remarks: Vec<String>,
    /// The machine.
    pub machine: Machine,
    /// How long the run took.
    pub seconds: f64,
    /// What only the pages need.
    pub page: Extra,
}

/// Latency ratios of a seam or of a story.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Ratios {
    /// By name.
    Seam(BTreeMap<String, Interval>),
    /// By name, for each stage.
    Story(Vec<BTreeMap<String, Interval>>),
}

/// One arm or stage.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Arm {
    /// A stage's name.
    pub name: Option<String>,
    /// The variant.
    pub variant: String,
    /// Requests that count.
    pub requests: u64,
    /// Requests that failed.
    pub errors: u64,
    /// Arrivals offered per second.
    pub rate_rps: f64,
    /// Latency by name: `p50`, `p95`, `p99`, `p999`, `max`, `mean`.
    pub latency_ms: Option<BTreeMap<String, Option<f64>>>,
    /// Counts per request.
    pub counts: BTreeMap<String, f64>,
}

/// A prediction and how far off it was.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Prediction {
    /// The predicted p95 ratio.
    pub p95_ratio: f64,
    /// Why.
    pub because: String,
    /// Distance from what was measured, in percentage points.
    pub error_points: Option<f64>,
}

/// What a story's calibration found.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Calibration {
    /// Round trips by dependency, `postgres_ms`, ...
    pub distance: BTreeMap<String, f64>,
    /// Declared model time of recommendations.
    pub model_ms: f64,
}

impl Default for Ratios {
    fn default() -> Self {
        Self::Seam(BTreeMap::new())
    }
}

impl Run {
    /// The arms: baseline and candidate, or the stages.
    pub fn arms(&self) -> Vec<&Arm> {
        if self.stages.is_empty() {
            self.baseline.iter().chain(&self.candidate).collect()
        } else {
            self.stages.iter().collect()
        }
    }

    /// What to call an arm.
    pub fn name(&self, place: usize) -> String {
        let arms = self.arms();
        let Some(arm) = arms.get(place) else { return String::new() };
        match &arm.name {
            Some(stage) => format!("{} {stage}", place + 1),
            None => arm.variant.clone(),
        }
    }

    /// A latency ratio of an arm to the first one; none for the first.
    pub fn ratio(&self, place: usize, name: &str) -> Option<Interval> {
        match (&self.ratio, place) {
            (_, 0) => None,
            (Ratios::Seam(ratios), 1) => ratios.get(name).copied(),
            (Ratios::Seam(_), _) => None,
            (Ratios::Story(stages), place) => stages.get(place)?.get(name).copied(),
        }
    }

    /// Whether it is a story.
    pub fn is_story(&self) -> bool {
        !self.stages.is_empty()
    }

    /// The title, or the id where the file has none.
    pub fn title(&self) -> &str {
        if self.page.title.is_empty() { &self.exercise } else { &self.page.title }
    }

    /// The verdict as people say it.
    pub fn verdict_words(&self) -> &str {
        match (self.verdict.as_str(), self.is_story()) {
            ("pass", false) => "pass",
            ("pass", true) => "reproduced",
            ("not_yet", false) => "not yet",
            ("not_yet", true) => "not reproduced",
            ("behaviour_changed", _) => "behaviour changed",
            (other, _) => other,
        }
    }
}

impl Arm {
    /// Latency at `p95`, `max`, ...; `None` where there is too little data.
    pub fn ms(&self, name: &str) -> Option<f64> {
        self.latency_ms.as_ref()?.get(name).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::Run;

    #[test]
    fn a_file_without_what_is_newer_and_with_what_nobody_knows_is_read() {
        let text = r#"{"exercise": "ch01-lamp", "verdict": "pass", "baseline": {"variant": "flawed", "latency_ms": {"p95": 4.0, "p99": null}},
            "candidate": {"variant": "yours"}, "ratio": {"p95": {"estimate": 0.5, "low": 0.4, "high": 0.6}}, "tomorrow": [1]}"#;
        let run: Run = serde_json::from_str(text).unwrap();
        assert_eq!((run.name(0), run.name(1)), ("flawed".to_owned(), "yours".to_owned()));
        assert_eq!(run.arms()[0].ms("p95"), Some(4.0));
        assert_eq!(run.arms()[0].ms("p99"), None);
        assert_eq!(run.ratio(1, "p95").unwrap().estimate, 0.5);
        assert_eq!(run.ratio(0, "p95"), None, "a baseline has no ratio to itself");
        assert_eq!(run.title(), "ch01-lamp");
    }

    #[test]
    fn a_storys_ratios_belong_to_its_stages() {
        let text = r#"{"exercise": "ch01-tale", "verdict": "not_yet", "stages": [{"name": "as found"}, {"name": "fixed"}],
            "ratio": [{}, {"p95": {"estimate": 0.7, "low": 0.6, "high": 0.8}}]}"#;
        let run: Run = serde_json::from_str(text).unwrap();
        assert_eq!(run.ratio(1, "p95").unwrap().low, 0.6);
        assert_eq!((run.name(1).as_str(), run.verdict_words()), ("2 fixed", "not reproduced"));
    }
}
