//! The object that `--json` prints; its names are API.

use crate::exercise::Exercise;
use crate::machine::Machine;
use crate::pipeline::{ArmLatency, Candidate, Comparison, Counted, Difference, Judged, Latency, Verdict};
use crate::state::Prediction;
use crate::stats::Interval;
use crate::trace::Suspect;
use serde::Serialize;
use std::collections::BTreeMap;

/// The result of `check` and `measure` of a seam.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The exercise's id.
    pub exercise: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The first different answer, where behaviour changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
    /// The flawed version.
    pub baseline: Option<ArmReport>,
    /// The candidate.
    pub candidate: Option<ArmReport>,
    /// Candidate over baseline.
    pub ratio: BTreeMap<String, Interval>,
    /// Shares of the critical path, by arm.
    pub where_time_goes: BTreeMap<String, BTreeMap<String, f64>>,
    /// Suspicious in the candidate.
    pub suspects: Vec<Suspect>,
    /// The targets.
    pub targets: Vec<Judged>,
    /// What was predicted, and how far off it was.
    pub prediction: Option<Scored>,
    /// Baseline against itself; should hold 1.
    pub placebo: Option<Interval>,
    /// The smallest p95 change this run would have seen, as a share.
    pub minimum_detectable_effect: Option<f64>,
    /// Rounds planned and kept.
    pub rounds: Option<[usize; 2]>,
    /// What a reader should know.
    pub remarks: Vec<String>,
    /// The machine.
    pub machine: Machine,
    /// How long the run took.
    pub seconds: f64,
}

/// One arm.
#[derive(Clone, Debug, Serialize)]
pub struct ArmReport {
    /// A stage's name; absent for a seam's arms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The variant, or a story's `VARIANTS`.
    pub variant: String,
    /// Requests that count.
    pub requests: u64,
    /// Requests that failed.
    pub errors: u64,
    /// Arrivals offered per second.
    pub rate_rps: f64,
    /// Latency; `null` where nothing was timed.
    pub latency_ms: Option<LatencyMs>,
    /// Counts per request.
    pub counts: BTreeMap<String, f64>,
    /// Shares of the critical path; in a story's stages only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub where_time_goes: Option<BTreeMap<String, f64>>,
}

/// Milliseconds; `null` where fewer than ten samples lie above.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LatencyMs {
    /// Median.
    pub p50: Option<f64>,
    /// 95th percentile.
    pub p95: Option<f64>,
    /// 99th percentile.
    pub p99: Option<f64>,
    /// 99.9th percentile.
    pub p999: Option<f64>,
    /// The slowest.
    pub max: f64,
    /// Mean.
    pub mean: f64,
}

/// A prediction and its error.
#[derive(Clone, Debug, Serialize)]
pub struct Scored {
    /// The predicted ratio.
    pub p95_ratio: f64,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub because: String,
    /// Distance from what was measured, in percentage points; `null` where nothing was.
    pub error_points: Option<f64>,
}

/// The result of a story.
#[derive(Clone, Debug, Serialize)]
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
    pub targets: Vec<Judged>,
    /// Suspicious at the first stage.
    pub suspects: Vec<Suspect>,
    /// How the delays were found.
    pub calibration: crate::story::Calibration,
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

impl LatencyMs {
    /// Of one arm; `None` without samples.
    pub fn of(arm: &ArmLatency) -> Option<Self> {
        let all = arm.merged();
        if all.is_empty() {
            return None;
        }
        let at = |quantile| crate::stats::percentile(&all, quantile).map(|ns| round(ns as f64 / 1e6));
        let (max, mean) = (round(all.max() as f64 / 1e6), round(all.mean() / 1e6));
        Some(Self { p50: at(0.5), p95: at(0.95), p99: at(0.99), p999: at(0.999), max, mean })
    }
}

impl ArmReport {
    /// Of one arm of a run.
    pub fn of(variant: &str, counted: &Counted, latency: Option<&Latency>, arm: usize) -> Self {
        let one = latency.map(|latency| &latency.arms[arm]);
        Self {
            name: None,
            variant: variant.to_owned(),
            requests: one.map_or(counted.analysis.requests as u64, |one| one.requests),
            errors: one.map_or(0, |one| one.errors),
            rate_rps: latency.map_or(0.0, |latency| latency.rate_rps),
            latency_ms: one.and_then(LatencyMs::of),
            counts: counted.counts.iter().map(|(name, value)| (name.clone(), round(*value))).collect(),
            where_time_goes: None,
        }
    }
}

impl Report {
    /// Of one candidate of a comparison.
    pub fn of(
        exercise: &Exercise,
        comparison: &Comparison,
        candidate: &Candidate,
        prediction: Option<&Prediction>,
        machine: &Machine,
    ) -> Self {
        let latency = comparison.latency.as_ref();
        let arm = |place: usize| {
            let counted = comparison.counted.get(place)?;
            Some(ArmReport::of(&comparison.names[place], counted, latency, place))
        };
        let verdict = match &candidate.difference {
            Some(_) => Verdict::BehaviourChanged,
            None => crate::pipeline::verdict(&candidate.judged),
        };
        let shares = |place: usize| comparison.counted.get(place).map(|one| one.analysis.where_time_goes.clone());
        let named = [("baseline", shares(0)), ("candidate", shares(candidate.arm))];
        let measured = candidate.ratios.get("p95").map(|ratio| ratio.estimate);
        Self {
            exercise: exercise.id.clone(),
            verdict,
            difference: candidate.difference.clone(),
            baseline: arm(0),
            candidate: arm(candidate.arm),
            ratio: candidate.ratios.clone(),
            where_time_goes: named.into_iter().filter_map(|(name, found)| Some((name.to_owned(), found?))).collect(),
            suspects: comparison.counted.get(candidate.arm).map_or_else(Vec::new, |one| one.analysis.suspects.clone()),
            targets: candidate.judged.clone(),
            prediction: prediction.map(|prediction| Scored {
                p95_ratio: prediction.p95_ratio,
                because: prediction.because.clone(),
                error_points: measured.map(|ratio| round((prediction.p95_ratio - ratio).abs() * 100.0)),
            }),
            placebo: comparison.placebo,
            minimum_detectable_effect: candidate.mde.filter(|mde| mde.is_finite()),
            rounds: latency.map(|latency| [latency.planned, latency.kept()]),
            remarks: comparison.remarks.iter().cloned().chain(lost(comparison, candidate)).collect(),
            machine: machine.clone(),
            seconds: round(comparison.seconds),
        }
    }
}

/// What is missing from the spans of the baseline and of the candidate: the counts rest on the others.
fn lost(comparison: &Comparison, candidate: &Candidate) -> Vec<String> {
    let of = |place: usize| {
        let (name, analysis) = (comparison.names.get(place)?, &comparison.counted.get(place)?.analysis);
        let remarks = analysis.lost.remarks(analysis.incomplete).into_iter();
        Some(remarks.map(|remark| format!("{name}: {remark}")).collect::<Vec<String>>())
    };
    [0, candidate.arm].into_iter().filter_map(of).flatten().collect()
}

/// Three decimals: more would be noise.
pub(super) fn round(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}
