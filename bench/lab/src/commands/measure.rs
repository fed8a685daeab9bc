//! `cargo lab measure`: the whole pipeline of a seam, or all stages of a story.

use crate::cli::Candidate;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::experiment::{Experiment, conduct};

/// Runs flawed against the candidate, or the story; as a demonstration nothing of it is recorded as the learner's.
///
/// # Errors
/// Exit 1 for an untouched `yours.rs`; exit 2, 3 or 4.
pub async fn run(context: &Context, options: &Candidate, (unpredicted, demo): (bool, bool)) -> Result<Exit, Failure> {
    let experiment =
        Experiment::measure(context, options.id.as_deref(), &options.candidate)?.seeded(options.seed.map(u64::from));
    conduct(context, &Experiment { demo, ..experiment }, unpredicted || demo).await
}
