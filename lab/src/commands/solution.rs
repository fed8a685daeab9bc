//! `cargo lab solution`: the reference fix, free after passing, recorded before.

use super::Context;
use crate::exit::{Exit, Failure};
use similar::{ChangeTag, TextDiff};

/// Prints the fix, or its difference to the flawed version.
///
/// # Errors
/// Exit 1 when it was not passed and not asked for with `--reveal`; 2 for an unknown exercise or a story.
pub fn run(context: &Context, id: Option<&str>, diff: bool, reveal: bool) -> Result<Exit, Failure> {
    let exercise = context.exercise(id)?;
    let Some([_, flawed]) = exercise.sources() else {
        return Err(Failure::usage(format!("{} is a story: its seams have the solutions", exercise.id)));
    };
    let passed = context.store.load()?.exercise.get(&exercise.id).is_some_and(|progress| progress.passed.is_some());
    if !passed && !reveal {
        return Err(Failure { exit: Exit::NotYet, ..Failure::usage(format!("{} is not passed yet", exercise.id)) }
            .remedy("add --reveal to see it all the same (it is recorded), or cargo lab hint"));
    }
    if !passed {
        context.store.change(&exercise.id, |progress| progress.revealed = true)?;
    }
    let fixed = exercise.folder.join("src/fixed.rs");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).map_err(Failure::file("read", path));
    let (was, is) = (read(&flawed)?, read(&fixed)?);
    if !diff {
        println!("{}", is.trim_end());
        return Ok(Exit::Pass);
    }
    let difference = TextDiff::from_lines(&was, &is);
    println!("--- exercises/{0}/src/flawed.rs\n+++ exercises/{0}/src/fixed.rs", exercise.id);
    for hunk in difference.unified_diff().context_radius(3).iter_hunks() {
        println!("{}", hunk.header());
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches('\n');
            match change.tag() {
                ChangeTag::Delete => println!("{}", context.terminal.bad(&format!("-{line}"))),
                ChangeTag::Insert => println!("{}", context.terminal.good(&format!("+{line}"))),
                ChangeTag::Equal => println!(" {line}"),
            }
        }
    }
    Ok(Exit::Pass)
}
