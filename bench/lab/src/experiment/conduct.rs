//! The whole way of one experiment, on a bench of its own.

use super::{Experiment, announce, deliver};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::pipeline::with_bench;

/// Announces, runs and delivers what was resolved. `unpredicted`: although nothing is predicted for this version of `yours.rs`.
///
/// # Errors
/// Exit 2, 3 or 4.
pub async fn conduct(context: &Context, experiment: &Experiment<'_>, unpredicted: bool) -> Result<Exit, Failure> {
    announce(context, experiment, unpredicted)?;
    with_bench(context, &experiment.command(), &experiment.programs(), experiment.needs(), async |bench| {
        let finished = experiment.run(bench).await?;
        deliver(bench, experiment, finished)
    })
    .await
}
