//! `cargo lab down`: stops what `up` started.

use crate::context::Context;
use crate::exit::{Exit, Failure};
use serde_json::json;
use stack::ledger;

/// Stops everything persistent, and sweeps what dead runs left.
///
/// # Errors
/// Exit 3 when the ledger cannot be read.
pub async fn run(context: &Context) -> Result<Exit, Failure> {
    context.terminal.step("stopping the shop and its servers (a few seconds)");
    let stopped = ledger::stop_persistent_in(context.store.folder()).await?;
    let swept = ledger::sweep_in(context.store.folder()).await?;
    let said = match (stopped.is_empty(), swept.is_empty()) {
        (true, true) => "nothing was up".to_owned(),
        (false, _) => format!("stopped: {stopped}"),
        (true, false) => format!("nothing was up; left by an earlier run: {swept}"),
    };
    let advice = [("cargo lab up".to_owned(), "starts the shop".to_owned())];
    let object = json!({"stopped": stopped.to_string(), "swept": swept.to_string()});
    context.answer(&format!("{said}\n{}", context.terminal.next(&advice)), &object);
    Ok(Exit::Pass)
}
