//! `cargo lab task`: an exercise's text in the terminal.

use super::Context;
use crate::exit::{Exit, Failure};

/// Prints the README of an exercise.
///
/// # Errors
/// Exit 2 for an unknown exercise, 3 when it has no text.
pub fn run(context: &Context, id: Option<&str>) -> Result<Exit, Failure> {
    let exercise = context.exercise(id)?;
    let path = exercise.folder.join("README.md");
    let text = std::fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
    println!("{}", text.trim_end());
    println!("\nreading: {}", exercise.reading);
    Ok(Exit::Pass)
}
