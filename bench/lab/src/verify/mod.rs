//! The proofs of an exercise: flawed misses, fixed meets, every trap misses what it should, the files are whole.

mod broken;
mod files;
mod kept;
mod refusal;
mod table;
mod variants;

pub use broken::prove_broken;
pub use files::{TO_DO, files, is_unfinished};
pub use kept::{Kept, keep, kept};
pub use refusal::Refusal;
pub use table::{markdown, seconds};

use crate::exercise::Exercise;
use crate::exit::{Exit, Failure};
use crate::experiment::{Experiment, Finished};
use crate::pipeline::{Bench, IntoExit};
use crate::verdict::TargetOutcome;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Instant;

/// What a proof is about that says whether there was a run at all.
const RUN: &str = "run";

/// One proof: a sentence, and whether it holds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Proof {
    /// `files`, `flawed`, `fixed`, `yours`, `trap:NAME`, `broken:NAME`, `story`, `run`.
    pub about: String,
    /// What is claimed.
    pub claim: String,
    /// Holds, does not, or (`null`) cannot be told.
    pub holds: Option<bool>,
    /// What was found.
    pub found: String,
}

/// The proofs of one exercise by one run.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Verification {
    /// The exercise's id.
    pub exercise: String,
    /// The run, counted from 1.
    pub run: usize,
    /// What it was drawn from; none where there was no run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The claims.
    pub proofs: Vec<Proof>,
    /// Every target of every variant.
    pub targets: BTreeMap<String, Vec<TargetOutcome>>,
    /// Traps that answered differently, with the case.
    pub differences: BTreeMap<String, String>,
    /// What became of each implementation that is broken, where the run was about them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
    /// What a reader should know about the run.
    pub remarks: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

impl Verification {
    /// Whether a claim is wrong.
    pub fn is_wrong(&self) -> bool {
        self.proofs.iter().any(|proof| proof.holds == Some(false))
    }

    /// What was claimed and is wrong, one sentence each.
    pub fn wrong(&self) -> impl Iterator<Item = String> + '_ {
        let wrong = self.proofs.iter().filter(|proof| proof.holds == Some(false));
        wrong.map(|proof| format!("{}: {}: {}", proof.about, proof.claim, proof.found))
    }

    /// Whether the run could not be made: that says nothing about the exercise's claims.
    pub fn was_not_run(&self) -> bool {
        self.proofs.iter().any(|proof| proof.about == RUN && proof.holds == Some(false))
    }

    /// Whether no claim is wrong, but one cannot be told.
    pub fn is_open(&self) -> bool {
        !self.is_wrong() && self.proofs.iter().any(|proof| proof.holds.is_none())
    }
}

impl IntoExit for Vec<Verification> {
    fn exit(&self) -> Exit {
        let any = |is: fn(&Verification) -> bool| self.iter().any(is);
        match (any(|one| one.is_wrong() && !one.was_not_run()), any(Verification::was_not_run)) {
            (true, _) => Exit::NotYet,
            (false, true) => Exit::Unfit,
            (false, false) if any(Verification::is_open) => Exit::Inconclusive,
            (false, false) => Exit::Pass,
        }
    }
}

/// What needs no run.
pub fn of_files(exercise: &Exercise, run: usize) -> Verification {
    Verification {
        exercise: exercise.id.clone(),
        run,
        seed: None,
        proofs: files(exercise),
        targets: BTreeMap::new(),
        differences: BTreeMap::new(),
        refusals: Vec::new(),
        remarks: Vec::new(),
        seconds: 0.0,
    }
}

/// Proves one exercise. An unfinished one is not measured; a run without a result leaves one claim open, and one that cannot be
/// made is a claim that is wrong: the exercises after it are proven all the same.
///
/// # Errors
/// Exit 2 for an exercise that asks for what does not exist; exit 3 when a server is gone, and with it every further run.
pub async fn prove(
    bench: &Bench<'_>,
    exercise: &Exercise,
    run: usize,
    seed: Option<u64>,
) -> Result<Verification, Failure> {
    let begin = Instant::now();
    let mut verification = of_files(exercise, run);
    if is_unfinished(exercise) {
        return Ok(verification);
    }
    let experiment = Experiment::of_claims(exercise).seeded(seed);
    verification.seed = Some(experiment.seed);
    if let Err(failure) = measured(bench, &experiment, &mut verification).await {
        if failure.exit == Exit::Unfit && bench.test_bed.answers().await.is_err() {
            return Err(failure);
        }
        verification.proofs.push(without_result(failure)?);
    }
    verification.seconds = (begin.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    Ok(verification)
}

/// What is left of a run that gave no result.
///
/// # Errors
/// Any other failure than exit 3 or 4.
fn without_result(failure: Failure) -> Result<Proof, Failure> {
    let (claim, holds) = match failure.exit {
        Exit::Inconclusive => ("can be judged", None),
        Exit::Unfit | Exit::BehaviourChanged => ("can be made", Some(false)),
        _ => return Err(failure),
    };
    let found = if holds.is_none() { failure.message } else { failure.advised().to_string() };
    Ok(Proof { about: RUN.to_owned(), claim: claim.to_owned(), holds, found })
}

async fn measured(
    bench: &Bench<'_>,
    experiment: &Experiment<'_>,
    verification: &mut Verification,
) -> Result<(), Failure> {
    let exercise = experiment.exercise;
    match experiment.run(bench).await? {
        Finished::Story(told) => {
            let mut report = told.report;
            verification.proofs.extend(report.targets.iter().map(|judged| Proof {
                about: "story".to_owned(),
                claim: format!("{} is reproduced", judged.name),
                holds: judged.met,
                found: variants::found(judged),
            }));
            verification.targets.insert("story".to_owned(), std::mem::take(&mut report.targets));
            verification.remarks = report.remarks;
        }
        Finished::Seam(comparison) => {
            variants::variants(exercise, &comparison, verification)?;
            verification.remarks = comparison.remarks;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Verification, without_result};
    use crate::exit::{Exit, Failure};
    use crate::pipeline::IntoExit as _;
    use std::collections::BTreeMap;

    fn of(failure: Failure) -> Verification {
        let proofs = vec![without_result(failure).unwrap()];
        let (targets, differences, remarks) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let (exercise, refusals) = ("ch99-lamp".into(), Vec::new());
        Verification { exercise, run: 1, seed: Some(1), proofs, targets, differences, refusals, remarks, seconds: 1.0 }
    }

    #[test]
    fn a_run_that_cannot_be_made_is_a_claim_that_is_wrong() {
        let run = of(Failure::unfit("search does not serve"));
        assert!(run.is_wrong() && run.was_not_run() && !run.is_open());
        assert_eq!(vec![run.clone()].exit(), Exit::Unfit);
        let found = &run.proofs[0].found;
        assert!(found.contains("search does not serve") && found.contains("cargo lab doctor"), "{found}");
    }

    #[test]
    fn a_run_without_a_verdict_is_open_and_a_stop_ends_the_series() {
        let run = of(Failure::inconclusive("only 3 of 12 rounds can be used"));
        assert!(run.is_open() && !run.was_not_run());
        assert_eq!(without_result(Failure::interrupted()).unwrap_err().exit, Exit::Interrupted);
    }
}
