//! `cargo lab measure`: the whole pipeline of a seam, or all stages of a story.

use super::{Context, outcome};
use crate::arms::{binaries_for, needs_of};
use crate::cli::Candidate;
use crate::exercise::Exercise;
use crate::exit::{Exit, Failure};
use crate::pipeline::{Bench, Depth, run as compare, with_bench};
use crate::story;

/// Runs flawed against the candidate, or the story.
///
/// # Errors
/// Exit 2, 3 or 4.
pub async fn run(context: &Context, options: &Candidate) -> Result<Exit, Failure> {
    let exercise = context.exercise(options.id.as_deref())?;
    let (binaries, needs) = (binaries_for(exercise), needs_of(exercise));
    if exercise.story.is_some() {
        if options.candidate != "yours" {
            return Err(Failure::usage(format!("{} is a story: its stages are in exercise.toml", exercise.id))
                .remedy(format!("cargo lab measure {}", exercise.id)));
        }
        let command = format!("measure {}", exercise.id);
        return with_bench(context, &command, &binaries, needs, async |bench| {
            let told = story::tell(bench, exercise).await?;
            story::deliver(context, exercise, &told)
        })
        .await;
    }
    let candidate = outcome::candidate(exercise, options)?;
    if candidate == "yours" && exercise.is_untouched() {
        let same = Failure::usage("yours.rs is identical to the flawed version: nothing to measure");
        return Err(Failure { exit: Exit::NotYet, ..same }.remedy(format!(
            "change exercises/{0}/src/yours.rs; `cargo lab observe {0}` shows where the time goes",
            exercise.id
        )));
    }
    let command = format!("measure {} --candidate {candidate}", exercise.id);
    with_bench(context, &command, &binaries, needs, async |bench| on(bench, exercise, candidate).await).await
}

/// The same on a bench that is up already.
///
/// # Errors
/// Exit 2, 3 or 4.
pub async fn on(bench: &Bench<'_>, exercise: &Exercise, candidate: String) -> Result<Exit, Failure> {
    let comparison = compare(bench, exercise, &[candidate], Depth::Measure).await?;
    outcome::deliver(bench.context, exercise, &comparison, &bench.machine)
}
