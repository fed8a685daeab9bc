//! `cargo lab check`: behaviour and counts, in seconds.

use crate::cli::Candidate;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::experiment::{Experiment, conduct};

/// Runs flawed against the candidate without timing.
///
/// # Errors
/// Exit 2, 3 or 4.
pub async fn run(context: &Context, options: &Candidate) -> Result<Exit, Failure> {
    let experiment =
        Experiment::check(context, options.id.as_deref(), &options.candidate)?.seeded(options.seed.map(u64::from));
    conduct(context, &experiment, true).await
}
