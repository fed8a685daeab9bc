//! A hypothesis as it is written down.

use super::{Expected, Prediction};
use crate::clock;
use crate::exercise::Exercise;
use crate::exit::Failure;

/// A prediction of now, about the exercise's subject.
///
/// # Errors
/// Exit 2 for a value that cannot be.
pub fn predicted(exercise: &Exercise, value: f64, because: &str) -> Result<Prediction, Failure> {
    let subject = exercise.subject();
    if let Some(mistake) = subject.mistake(value) {
        return Err(Failure::usage(mistake).remedy(subject.example(&exercise.id)));
    }
    let expected = Expected::of(&subject.name, value);
    Ok(Prediction { expected, because: because.to_owned(), at: clock::now(), ..Prediction::default() })
}
