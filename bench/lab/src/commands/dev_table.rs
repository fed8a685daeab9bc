//! `cargo lab dev table`: writes `exercises/README.md` from the runs that `dev check` kept; first makes those that are missing.

use super::dev_check::{self, Proves};
use crate::context::Context;
use crate::exercise::Exercise;
use crate::exit::{Exit, Failure};
use crate::pipeline::IntoExit as _;
use crate::state;
use crate::verify::{Kept, Verification, kept, markdown};

/// Writes the syllabus with the figures of all exercises. With `runs`, every exercise that has fewer is run before; a series
/// that was broken off goes on where it ended.
///
/// # Errors
/// Exit 3 when a run cannot be made, what was kept cannot be read, or the file cannot be written.
pub async fn run(context: &Context, runs: usize) -> Result<Exit, Failure> {
    let exercises = dev_check::chosen(context, &[])?;
    let mut missing: Vec<(&Exercise, usize)> = Vec::new();
    for exercise in &exercises {
        let (have, _) = kept(&context.store, exercise)?;
        missing.extend((have.len() < runs).then(|| (*exercise, runs - have.len())));
    }
    let made = if missing.is_empty() {
        Vec::new()
    } else {
        dev_check::proofs(context, (&missing, None), Proves::Claims, "table", None).await?
    };
    let mut all: Vec<Kept> = Vec::new();
    for exercise in &exercises {
        let (mut runs, others) = kept(&context.store, exercise)?;
        if others > 0 {
            eprintln!("{}: {others} runs of another version of it are left out", exercise.id);
        }
        if runs.is_empty() {
            eprintln!("{}: never run; first: cargo lab dev check {}", exercise.id, exercise.id);
        }
        all.append(&mut runs);
    }
    let path = context.course.root.join("exercises/README.md");
    state::write(&path, markdown(&context.course.exercises, &all).as_bytes())?;
    for run in &all {
        let (id, at) = (&run.verification.exercise, &run.at);
        run.verification.wrong().for_each(|wrong| eprintln!("{id}, run of {at}: {wrong}"));
    }
    if context.json {
        println!("{}", serde_json::json!({ "file": path, "runs": all }));
    } else {
        println!("wrote {} from {} runs", path.display(), all.len());
    }
    let not_run = made.into_iter().filter(Verification::was_not_run);
    Ok(all.into_iter().map(|run| run.verification).chain(not_run).collect::<Vec<Verification>>().exit())
}
