//! `cargo lab predict`: the hypothesis, written before the measurement.

use super::Context;
use crate::cli::Predict;
use crate::clock;
use crate::exit::{Exit, Failure};
use crate::state::Prediction;

/// Writes it down.
///
/// # Errors
/// Exit 2 for an unknown exercise or a ratio that is none, 3 when it cannot be written.
pub fn run(context: &Context, options: &Predict) -> Result<Exit, Failure> {
    let exercise = context.exercise(options.id.as_deref())?;
    let ratio = options.p95_ratio;
    if !(ratio.is_finite() && ratio > 0.0 && ratio <= 10.0) {
        return Err(Failure::usage(format!("a p95 ratio of {ratio} cannot be"))
            .remedy("0.65 means: a p95 of 65 % of what it is now"));
    }
    let prediction = Prediction { p95_ratio: ratio, because: options.because.clone(), at: clock::now() };
    context.store.change(&exercise.id, |progress| progress.prediction = Some(prediction))?;
    println!("{}: p95 will be {ratio:.2} of what it is now; measure to see.", exercise.id);
    Ok(Exit::Pass)
}
