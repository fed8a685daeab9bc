//! `cargo lab down`: stops what `up` started.

use super::Context;
use crate::exit::{Exit, Failure};
use stack::ledger;

/// Stops everything persistent, and sweeps what dead runs left.
///
/// # Errors
/// Exit 3 when the ledger cannot be read.
pub async fn run(context: &Context) -> Result<Exit, Failure> {
    let stopped = ledger::stop_persistent_in(context.store.folder()).await?;
    let swept = ledger::sweep_in(context.store.folder()).await?;
    match (stopped.is_empty(), swept.is_empty()) {
        (true, true) => println!("nothing was up"),
        (false, _) => println!("stopped: {stopped}"),
        (true, false) => println!("nothing was up; left by an earlier run: {swept}"),
    }
    Ok(Exit::Pass)
}
