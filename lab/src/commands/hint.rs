//! `cargo lab hint`: three depths.

use super::Context;
use crate::exit::{Exit, Failure};

/// Prints a hint and remembers how deep the learner has looked.
///
/// # Errors
/// Exit 2 for an unknown exercise or hint, 3 when the state cannot be written.
pub fn run(context: &Context, number: Option<usize>, id: Option<&str>) -> Result<Exit, Failure> {
    let exercise = context.exercise(id)?;
    let all = exercise.hint.len();
    let seen = context.store.load()?.exercise.get(&exercise.id).map_or(0, |progress| progress.hints);
    let number = number.unwrap_or((seen + 1).min(all));
    let hint = number
        .checked_sub(1)
        .and_then(|index| exercise.hint.get(index))
        .ok_or_else(|| Failure::usage(format!("{} has {all} hints; there is no hint {number}", exercise.id)))?;
    if number > seen {
        context.store.change(&exercise.id, |progress| progress.hints = number)?;
    }
    println!("hint {number} of {all}: {}", hint.text.trim());
    Ok(Exit::Pass)
}
