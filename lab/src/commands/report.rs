//! `cargo lab report`: where the page of the last run is.

use super::Context;
use crate::exit::{Exit, Failure};

/// Prints the path of the last report.
///
/// # Errors
/// Exit 1 when there is none yet, 2 for an unknown exercise.
pub fn run(context: &Context, id: Option<&str>) -> Result<Exit, Failure> {
    let exercise = context.exercise(id)?;
    let path = context.store.folder().join("reports").join(format!("{}.html", exercise.id));
    if !path.is_file() {
        let nothing = Failure::usage(format!("there is no report of {} yet", exercise.id));
        return Err(Failure { exit: Exit::NotYet, ..nothing }.remedy(format!("cargo lab measure {}", exercise.id)));
    }
    println!("{}", path.display());
    Ok(Exit::Pass)
}
