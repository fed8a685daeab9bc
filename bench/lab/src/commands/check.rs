//! `cargo lab check`: behaviour and counts, in seconds.

use super::{Context, outcome};
use crate::arms::{binaries_for, needs_of};
use crate::cli::Candidate;
use crate::exit::{Exit, Failure};
use crate::pipeline::{Depth, run as compare, with_bench};

/// Runs flawed against the candidate without timing.
///
/// # Errors
/// Exit 2, 3 or 4.
pub async fn run(context: &Context, options: &Candidate) -> Result<Exit, Failure> {
    let exercise = context.exercise(options.id.as_deref())?;
    if exercise.story.is_some() {
        return Err(Failure::usage(format!("{} is a story: it can be measured, not checked", exercise.id))
            .remedy(format!("cargo lab measure {}", exercise.id)));
    }
    let candidate = outcome::candidate(exercise, options)?;
    let command = format!("check {} --candidate {candidate}", exercise.id);
    with_bench(context, &command, &binaries_for(exercise), needs_of(exercise), async |bench| {
        let comparison = compare(bench, exercise, &[candidate], Depth::Check).await?;
        outcome::deliver(context, exercise, &comparison, &bench.machine)
    })
    .await
}
