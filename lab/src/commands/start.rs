//! `cargo lab start ID`: makes an exercise the current one.

use super::Context;
use crate::exit::{Exit, Failure};

/// Remembers the exercise.
///
/// # Errors
/// Exit 2 for an unknown exercise, 3 when the state cannot be written.
pub fn run(context: &Context, id: &str) -> Result<Exit, Failure> {
    let exercise = context.course.get(id)?;
    let mut state = context.store.load()?;
    state.current = Some(exercise.id.clone());
    context.store.save(&state)?;
    println!("{}  {}", exercise.id, exercise.title);
    println!("{}", exercise.symptom);
    println!("next: cargo lab task · cargo lab observe");
    Ok(Exit::Pass)
}
