//! `cargo lab report`: makes the page of a run, and says where it is.

use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::report::{files, render};
use std::path::Path;

/// Renders the newest run of the exercise, or the run file named; prints the page's path.
///
/// # Errors
/// Exit 1 when there is no run yet, 2 for an unknown exercise or a file that is no run, 3 when the page cannot be written.
pub fn run(context: &Context, id: Option<&str>, file: Option<&Path>) -> Result<Exit, Failure> {
    let run = match file {
        Some(file) => file.to_owned(),
        None => files::newest(&context.store, &context.exercise(id)?.id)?,
    };
    let path = render(&context.store, &files::read(&run)?)?;
    if context.json {
        println!("{}", serde_json::json!({ "report": path, "run": run }));
    } else {
        println!("{}", path.display());
    }
    Ok(Exit::Pass)
}
