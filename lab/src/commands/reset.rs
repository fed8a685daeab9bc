//! `cargo lab reset`: `yours.rs` as it was at first; the work goes to the attic.

use super::Context;
use crate::clock;
use crate::exit::{Exit, Failure};
use crate::state::{keep, write};

/// Restores the file.
///
/// # Errors
/// Exit 2 for an unknown exercise or a story, 3 when the work cannot be kept: then nothing is changed.
pub fn run(context: &Context, id: Option<&str>) -> Result<Exit, Failure> {
    let exercise = context.exercise(id)?;
    let Some([yours, flawed]) = exercise.sources() else {
        return Err(Failure::usage(format!("{} is a story: it has no yours.rs to restore", exercise.id)));
    };
    let original = std::fs::read(&flawed).map_err(Failure::file("read", &flawed))?;
    if std::fs::read(&yours).is_ok_and(|work| work == original) {
        println!("{}: yours.rs is as it was at first", exercise.id);
        return Ok(Exit::Pass);
    }
    if yours.exists() {
        let kept = keep(&context.store, &exercise.id, &yours, &clock::stamp())?;
        println!("your work is in {}", kept.display());
        println!("to undo: cp {} {}", kept.display(), yours.display());
    }
    write(&yours, &original)?;
    println!("{}: yours.rs restored", exercise.id);
    Ok(Exit::Pass)
}
