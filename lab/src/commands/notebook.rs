//! `cargo lab notebook`: the experiments so far.

use super::Context;
use crate::exit::{Exit, Failure};

/// Prints the notebook.
///
/// # Errors
/// Exit 3 when it cannot be read.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let path = context.store.folder().join("notebook.md");
    if !path.exists() {
        println!("no experiment yet: predict, then measure");
        return Ok(Exit::Pass);
    }
    let text = std::fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
    println!("{}", text.trim_end());
    Ok(Exit::Pass)
}
