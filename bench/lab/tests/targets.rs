//! The latency targets as tests: one for each exercise and variant, judged by `lab dev check`.
//!
//! The tests are read off the folders under `exercises/`: `ch06-product-pages::flawed`, `::fixed`, `::trap:jitter`, `::yours`,
//! `::files`; of a story `::story` and `::files`. A folder whose `exercise.toml` is wrong has one test, which says why.
//!
//! The bench's programs are built with the profile `perf` first. One run of the bench proves a group of exercises, and one run
//! is made at a time, because two at once would measure each other.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod prover;

use lab::exercise::{Course, Exercise};
use libtest_mimic::{Arguments, Failed, Trial};
use prover::Prover;
use serde_json::Value;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let course = Course::read(root()).unwrap();
    // One exercise a group: whoever asks for one of its tests waits for no other exercise.
    let groups = course.exercises.iter().map(|exercise| vec![exercise.id.clone()]).collect();
    let prover = Arc::new(Prover::new(root(), groups));
    let mut tests = Vec::new();
    for exercise in &course.exercises {
        for about in abouts(exercise) {
            let (id, prover) = (exercise.id.clone(), Arc::clone(&prover));
            tests.push(Trial::test(format!("{id}::{about}"), move || holds(&prover, &id, &about)));
        }
    }
    // An exercise whose settings are broken must not lose its tests without a word; a copy or an empty folder has none.
    for odd in course.odd.into_iter().filter(|odd| odd.is_broken) {
        tests.push(Trial::test(format!("{}::files", odd.name), move || Err(odd.to_string().into())));
    }
    libtest_mimic::run(&arguments, tests).exit_code()
}

/// What an exercise has proofs about.
fn abouts(exercise: &Exercise) -> Vec<String> {
    if exercise.story.is_some() {
        return ["story", "files"].map(str::to_owned).into();
    }
    let mut abouts = ["flawed", "fixed"].map(str::to_owned).to_vec();
    abouts.extend(exercise.trap.iter().map(|trap| format!("trap:{}", trap.name)));
    abouts.extend(exercise.broken.iter().map(|broken| format!("broken:{}", broken.name)));
    abouts.extend(["yours", "files"].map(str::to_owned));
    abouts
}

/// Every proof about this variant holds, and there is at least one.
fn holds(prover: &Prover, id: &str, about: &str) -> Result<(), Failed> {
    let proven = prover.proven(id)?;
    let proofs = proven["proofs"].as_array().ok_or_else(|| format!("{id}: no proofs: {proven}"))?;
    let mine: Vec<&Value> = proofs.iter().filter(|proof| proof["about"] == about).collect();
    if mine.is_empty() {
        return Err(format!("{id} has no proof about {about}: {proofs:?}").into());
    }
    let failing: Vec<String> = mine
        .iter()
        .filter(|proof| proof["holds"] != Value::Bool(true))
        .map(|proof| format!("{id}, {about}: {}: {}", proof["claim"], proof["found"]))
        .collect();
    if failing.is_empty() { Ok(()) } else { Err(failing.join("\n").into()) }
}
