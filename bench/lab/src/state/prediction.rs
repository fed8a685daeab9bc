//! A hypothesis as it is written down.

use super::Prediction;
use crate::clock;
use crate::exit::Failure;

/// A prediction of now.
///
/// # Errors
/// Exit 2 for a ratio that cannot be.
pub fn predicted(ratio: f64, because: &str) -> Result<Prediction, Failure> {
    if !(ratio.is_finite() && ratio > 0.0 && ratio <= 10.0) {
        return Err(Failure::usage(format!("a p95 ratio of {ratio} cannot be"))
            .remedy("cargo lab predict --p95-ratio 0.65 means: a p95 of 65 % of what it is now"));
    }
    Ok(Prediction { p95_ratio: ratio, because: because.to_owned(), at: clock::now(), ..Prediction::default() })
}
