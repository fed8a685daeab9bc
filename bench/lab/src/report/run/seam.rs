//! The result of `check` and `measure` of a seam: the object that `--json` prints. Its names are API.

use super::{ArmReport, round};
use crate::exercise::Exercise;
use crate::machine::Machine;
use crate::pipeline::{Candidate, Comparison, Difference};
use crate::state::Prediction;
use crate::verdict::{self, TargetOutcome, Verdict};
use serde::{Deserialize, Serialize};
use stats::Interval;
use std::collections::BTreeMap;
use trace::Suspect;

/// The result of `check` and `measure` of a seam.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
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
    pub targets: Vec<TargetOutcome>,
    /// What was predicted, and how far off it was.
    pub prediction: Option<Scored>,
    /// Baseline against itself; should hold 1.
    pub placebo: Option<Interval>,
    /// The smallest p95 change this run would have seen, as a share.
    pub minimum_detectable_effect: Option<f64>,
    /// Rounds planned and kept.
    pub rounds: Option<[usize; 2]>,
    /// The seed that cases, terms and schedules were drawn from; `--seed` repeats it. 0 in files from before there was one.
    pub seed: u64,
    /// Answers under load that were compared with the baseline's.
    pub answers_compared: u64,
    /// What a reader should know.
    pub remarks: Vec<String>,
    /// The machine.
    pub machine: Machine,
    /// How long the run took.
    pub seconds: f64,
}

/// A prediction and its error.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Scored {
    /// The predicted ratio.
    pub p95_ratio: f64,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub because: String,
    /// Distance from what was measured, in percentage points; `null` where nothing was.
    pub error_points: Option<f64>,
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
            None => verdict::verdict(&candidate.judged),
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
            seed: comparison.seed,
            answers_compared: comparison.compared,
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
