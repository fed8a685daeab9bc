//! A run file as the pages read it. Everything may be missing: a file of another version must still be shown.

use crate::stats::Interval;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Shares or milliseconds by kind.
pub type ByKind = BTreeMap<String, f64>;

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
    pub targets: Vec<Target>,
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

/// Another answer than the baseline's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Difference {
    /// The case.
    pub case: String,
    /// Method and path.
    pub request: String,
    /// `status`, or a JSON pointer.
    pub at: String,
    /// What the baseline answered.
    pub baseline: String,
    /// What the candidate answered.
    pub candidate: String,
}

/// A suspicion.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Suspect {
    /// Which pattern.
    pub kind: String,
    /// What it is about.
    pub statement: String,
    /// The numbers, as a sentence.
    pub evidence: String,
    /// `file:line`.
    pub at: Option<String>,
}

/// A target, judged.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// The limit.
    pub limit: f64,
    /// The limit is a lower bound.
    pub at_least: bool,
    /// Or a value to be reproduced, give or take this much.
    pub tolerance: Option<f64>,
    /// What was measured.
    pub value: Option<f64>,
    /// Its interval.
    pub interval: Option<Interval>,
    /// Met, missed, or not to be told.
    pub met: Option<bool>,
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

/// The machine.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Machine {
    /// Processor.
    pub cpu: String,
    /// Cores.
    pub cores: usize,
    /// Memory.
    pub memory_mib: u64,
    /// Operating system and architecture.
    pub system: String,
    /// Load average before the run.
    pub load: f64,
    /// Where each server came from.
    pub stack: BTreeMap<String, String>,
}

/// The key `page` of a run file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Extra {
    /// The exercise's title.
    pub title: String,
    /// What a user sees.
    pub symptom: String,
    /// When the run ended.
    pub at: String,
    /// The command that makes it again.
    pub reproduce: String,
    /// The commit of the working copy, and whether it had changes.
    pub commit: Option<String>,
    /// Cases that were answered alike.
    pub behaviour_cases: usize,
    /// The learner's file against the flawed one; absent where something else was measured.
    pub diff: Option<String>,
    /// The arms, in the order of baseline and candidate or of the stages.
    pub arms: Vec<ExtraArm>,
    /// Latency over time.
    pub slices: Vec<Slice>,
    /// The chapter's figures for each stage of a story.
    pub chapter: Vec<Chapter>,
}

/// What the pages need of one arm.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ExtraArm {
    /// Its name.
    pub name: String,
    /// `[percentile, milliseconds]`, as far as ten samples lie above.
    pub curve: Vec<[f64; 2]>,
    /// Traced requests.
    pub traced: usize,
    /// Their mean, milliseconds.
    pub mean_ms: f64,
    /// Milliseconds of the critical path by kind.
    pub mean_ms_by_kind: ByKind,
    /// Shares among the slowest twentieth.
    pub slowest: ByKind,
    /// By operation.
    pub operations: Vec<Operation>,
    /// The statements.
    pub queries: Vec<Query>,
    /// The median request.
    pub typical: Option<Waterfall>,
    /// The request at the 95th percentile.
    pub slow: Option<Waterfall>,
}

/// One slice of the load.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Slice {
    /// The arm's name.
    pub arm: String,
    /// Seconds since the latency part began.
    pub t_s: f64,
    /// Median, where ten samples lie above.
    pub p50_ms: Option<f64>,
    /// Mean.
    pub mean_ms: Option<f64>,
    /// Requests.
    pub requests: u64,
    /// Failed ones.
    pub errors: u64,
    /// Left out of the result.
    pub voided: bool,
}

/// What an operation adds to the mean request.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Operation {
    /// The call, or the span's name.
    pub name: String,
    /// What it counts as.
    pub kind: String,
    /// Milliseconds per request.
    pub mean_ms: f64,
}

/// A statement.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Query {
    /// Literals taken out.
    pub statement: String,
    /// Executions per request.
    pub per_request: f64,
    /// Rows per execution.
    pub rows: f64,
    /// Milliseconds per execution.
    pub mean_ms: f64,
    /// Share of the critical path.
    pub share: f64,
    /// `file:line`.
    pub at: Option<String>,
}

/// One request's spans.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Waterfall {
    /// Milliseconds.
    pub total_ms: f64,
    /// Depth first.
    pub rows: Vec<Row>,
    /// Spans without a row.
    pub omitted: usize,
}

/// One span.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Row {
    /// From the request's start.
    pub offset_ms: f64,
    /// Its length.
    pub duration_ms: f64,
    /// Distance from the root.
    pub depth: usize,
    /// What it counts as.
    pub kind: String,
    /// What to call it.
    pub label: String,
    /// The process it ran in.
    pub service: String,
    /// The request waited for it.
    pub critical: bool,
    /// It ended in an error.
    pub error: bool,
    /// `file:line`.
    pub at: Option<String>,
}

/// The chapter's figures for a stage.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chapter {
    /// Its p95.
    pub p95_ms: f64,
    /// Its shares, where it gives them.
    pub shares: ByKind,
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
