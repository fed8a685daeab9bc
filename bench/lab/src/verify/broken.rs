//! The proof that every implementation known to be wrong is refused.

use super::{Refusal, Verification, is_unfinished, of_files};
use crate::exercise::{BrokenSpec, Exercise};
use crate::exit::{Exit, Failure};
use crate::experiment::{Experiment, Finished};
use crate::pipeline::{Bench, Comparison, new_seed};
use std::time::Instant;

/// Proves that nothing of an exercise that is broken gets through: all in one run, each driven until something refuses it. A run
/// that fails is made again with one at a time, so that it is known whose it was.
///
/// # Errors
/// Exit 2 for an exercise that asks for what does not exist; exit 3 when a server is gone.
pub async fn prove_broken(
    bench: &Bench<'_>,
    exercise: &Exercise,
    run: usize,
    seed: Option<u64>,
) -> Result<Verification, Failure> {
    let begin = Instant::now();
    let mut verification = of_files(exercise, run);
    let candidates = exercise.broken_candidates();
    if is_unfinished(exercise) || candidates.is_empty() {
        return Ok(verification);
    }
    let seed = seed.unwrap_or_else(new_seed);
    verification.seed = Some(seed);
    match compared(bench, exercise, candidates.clone(), seed).await {
        Ok(comparison) => add(bench, exercise, &comparison, &mut verification),
        Err(failure) if ends_the_series(&failure) => return Err(failure),
        Err(failure) if failure.exit == Exit::Unfit && bench.test_bed.answers().await.is_err() => return Err(failure),
        Err(failure) => {
            verification.remarks.push(format!("one at a time, because the run with all of them failed: {failure}"));
            for candidate in candidates {
                match compared(bench, exercise, vec![candidate.clone()], seed).await {
                    Ok(comparison) => add(bench, exercise, &comparison, &mut verification),
                    Err(failure) if ends_the_series(&failure) => return Err(failure),
                    Err(failure) => verification.refusals.push(Refusal::without_result(&candidate, failure)),
                }
            }
        }
    }
    let gap = |refusal: &Refusal| {
        let is_it = |one: &&BrokenSpec| refusal.candidate.strip_prefix("broken:") == Some(&one.name);
        exercise.broken.iter().find(is_it).and_then(|one| one.gap.as_deref())
    };
    verification.proofs.extend(verification.refusals.iter().map(|refusal| refusal.proof(gap(refusal))));
    verification.seconds = (begin.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    Ok(verification)
}

fn ends_the_series(failure: &Failure) -> bool {
    !matches!(failure.exit, Exit::Unfit | Exit::Inconclusive | Exit::Usage | Exit::BehaviourChanged)
}

async fn compared(
    bench: &Bench<'_>,
    exercise: &Exercise,
    candidates: Vec<String>,
    seed: u64,
) -> Result<Comparison, Failure> {
    match Experiment::of_broken(exercise, candidates).seeded(Some(seed)).run(bench).await? {
        Finished::Seam(comparison) => Ok(*comparison),
        Finished::Story(_) => Err(Failure::usage(format!("{} is a story: it has nothing that is broken", exercise.id))),
    }
}

fn add(bench: &Bench<'_>, exercise: &Exercise, comparison: &Comparison, verification: &mut Verification) {
    for candidate in &comparison.candidates {
        verification.refusals.push(Refusal::of(exercise, comparison, candidate, &bench.machine));
        let name = &comparison.names[candidate.arm];
        if let Some(difference) = &candidate.difference {
            verification.differences.insert(name.clone(), difference.case.clone());
        }
        verification.targets.insert(name.clone(), candidate.judged.clone());
    }
    verification.remarks.extend(comparison.remarks.iter().cloned());
}
