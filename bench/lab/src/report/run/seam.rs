//! The result of `check` and `measure` of a seam: the object that `--json` prints. Its names are API.

use super::{ArmReport, Scored, round};
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
    /// Traced requests of baseline and candidate, from which these shares and the counts come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traced: Option<[usize; 2]>,
    /// Suspicious in the candidate.
    pub suspects: Vec<Suspect>,
    /// The targets.
    pub targets: Vec<TargetOutcome>,
    /// Targets that only a measurement judges, in the result of a `check`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_judged: Vec<NotJudged>,
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

/// A target that this run did not look at.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct NotJudged {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub says: String,
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
        let traced = |place: usize| Some(comparison.counted.get(place)?.analysis.requests);
        let named = [("baseline", shares(0)), ("candidate", shares(candidate.arm))];
        let number = |name: &str| number_of(comparison, candidate, name).filter(|_| latency.is_some());
        Self {
            exercise: exercise.id.clone(),
            verdict,
            difference: candidate.difference.clone(),
            baseline: arm(0),
            candidate: arm(candidate.arm),
            ratio: candidate.ratios.clone(),
            where_time_goes: named.into_iter().filter_map(|(name, found)| Some((name.to_owned(), found?))).collect(),
            traced: traced(0).zip(traced(candidate.arm)).map(<[usize; 2]>::from),
            suspects: comparison.counted.get(candidate.arm).map_or_else(Vec::new, |one| one.analysis.suspects.clone()),
            targets: candidate.judged.clone(),
            not_judged: not_judged(exercise, candidate),
            prediction: prediction.map(|prediction| {
                let name = &prediction.expected.of;
                Scored::of(prediction, exercise.says(name), number(name))
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

impl Report {
    /// What was measured of a number, with its interval where it has one; `None` where it was not measured.
    pub fn number(&self, name: &str) -> Option<Interval> {
        let counts = |arm: &Option<ArmReport>| arm.as_ref().map(|arm| arm.counts.clone()).unwrap_or_default();
        find(name, &self.ratio, &self.targets, &counts(&self.candidate), &counts(&self.baseline))
    }
}

fn number_of(comparison: &Comparison, candidate: &Candidate, name: &str) -> Option<Interval> {
    let (was, is) = (comparison.counted.first()?, comparison.counted.get(candidate.arm)?);
    find(name, &candidate.ratios, &candidate.judged, &is.counts, &was.counts)
}

/// A number among ratios of latency, judged targets, and counts or their quotients.
fn find(
    name: &str,
    ratios: &BTreeMap<String, Interval>,
    judged: &[TargetOutcome],
    is: &BTreeMap<String, f64>,
    was: &BTreeMap<String, f64>,
) -> Option<Interval> {
    let exactly = |value: f64| Interval { estimate: value, low: value, high: value };
    let of = name.strip_suffix("_ratio").unwrap_or(name);
    let ratio = || ratios.get(name).or_else(|| ratios.get(of).filter(|_| of != name)).copied();
    let target = || judged.iter().find(|one| one.name == name)?.value.map(exactly);
    let quotient = || Some(exactly(verdict::quotient(*is.get(of)?, *was.get(of)?)));
    ratio().or_else(target).or_else(|| is.get(name).copied().map(exactly)).or_else(|| quotient().filter(|_| of != name))
}

/// The targets this run did not look at; none where the answers differ, because then nothing was.
fn not_judged(exercise: &Exercise, candidate: &Candidate) -> Vec<NotJudged> {
    let judged = |name: &str| candidate.judged.iter().any(|one| one.name == name);
    let open = exercise.target.iter().filter(|target| candidate.difference.is_none() && !judged(&target.name));
    open.map(|target| NotJudged { name: target.name.clone(), says: target.sentence() }).collect()
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
