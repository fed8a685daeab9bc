//! The latency targets as tests: one for each exercise and variant, judged by `lab dev check`.
//!
//! The tests are read off the folders under `exercises/`: `ch06-product-pages::flawed`, `::fixed`, `::trap:jitter`, `::yours`,
//! `::files`; of a story `::story` and `::files`. A folder whose `exercise.toml` is wrong has one test, which says why.
//!
//! The bench's programs are built with the profile `perf` first. One run of the bench then proves every exercise that has a test
//! among those asked for, one exercise after the other, because two at once would measure each other.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod prover;

use lab::exercise::{Course, Exercise};
use libtest_mimic::{Arguments, Failed, Trial};
use prover::Prover;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let course = Course::read(root()).unwrap();
    let prover = Arc::new(Prover::new(root(), build));
    let (mut tests, mut asked) = (Vec::new(), Vec::new());
    for exercise in &course.exercises {
        for about in abouts(exercise) {
            let (id, prover) = (exercise.id.clone(), Arc::clone(&prover));
            let test = Trial::test(format!("{id}::{about}"), move || holds(&prover, &id, &about));
            if !arguments.is_filtered_out(&test) && asked.last() != Some(&exercise.id) {
                asked.push(exercise.id.clone());
            }
            tests.push(test);
        }
    }
    prover.ask(asked);
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
    abouts.extend(["yours", "files"].map(str::to_owned));
    abouts
}

/// Every proof about this variant holds, and there is at least one.
fn holds(prover: &Prover, id: &str, about: &str) -> Result<(), Failed> {
    let proven = prover.proven(id)?;
    let proofs = proven["proofs"].as_array().ok_or_else(|| format!("{id}: no proofs: {proven}"))?;
    let mine: Vec<&Value> = proofs.iter().filter(|proof| proof["about"] == about).collect();
    if mine.is_empty() {
        // A run that could not be made, or not judged, has no proof about any variant.
        if let Some(run) = proofs.iter().find(|proof| proof["about"] == "run") {
            return Err(format!("{id}, {}: {}", run["claim"], run["found"]).into());
        }
        return Err(format!("{id} has no proof about {about}: {proofs:?}").into());
    }
    let failing: Vec<String> = mine
        .iter()
        .filter(|proof| proof["holds"] != Value::Bool(true))
        .map(|proof| format!("{id}, {about}: {}: {}", proof["claim"], proof["found"]))
        .collect();
    if failing.is_empty() { Ok(()) } else { Err(failing.join("\n").into()) }
}

/// Builds the bench as people run it, and gives its path.
fn build(root: &Path) -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--profile", "perf", "--bin", "lab", "--message-format", "json"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !built.status.success() {
        return Err(format!("the bench does not build:\n{}", String::from_utf8_lossy(&built.stderr)));
    }
    let messages = String::from_utf8_lossy(&built.stdout);
    let programs = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = programs.filter_map(|message| Some(PathBuf::from(message["executable"].as_str()?))).next_back();
    program.ok_or_else(|| "cargo built no bench".to_owned())
}
