//! `cargo lab solution`: the reference fix, free after passing, recorded before.

use super::reset::{kept_json, kept_text, replace};
use crate::cli::Solution;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::state::hunk_header;
use crate::terminal::Terminal;
use serde_json::json;
use similar::{ChangeTag, TextDiff};

/// Prints the fix or its difference to the flawed version, or puts it into `yours.rs`.
///
/// # Errors
/// Exit 1 when it was not passed and not asked for with `--reveal`; 2 for an unknown exercise or a story; 3 when the
/// learner's work cannot be kept.
pub fn run(context: &Context, options: &Solution) -> Result<Exit, Failure> {
    let exercise = context.exercise(options.id.as_deref())?;
    let id = &exercise.id;
    let Some([yours, flawed]) = exercise.sources() else {
        return Err(Failure::usage(format!("{id} is a story: its seams have the solutions"))
            .remedy("cargo lab list shows the exercises of the chapter"));
    };
    let progress = context.store.progress(id)?;
    let passed = progress.passed.is_some();
    if !passed && !options.reveal && !progress.revealed {
        let seen = progress.hints;
        let help = match exercise.hint.len() {
            all if seen < all => format!("cargo lab hint --id {id} ({} of {all} not seen yet), or ", all - seen),
            _ => String::new(),
        };
        let flag = if options.apply {
            " --apply"
        } else if options.diff {
            " --diff"
        } else {
            ""
        };
        return Err(Failure { exit: Exit::NotYet, ..Failure::usage(format!("{id} is not passed yet")) }
            .remedy(format!("{help}cargo lab solution {id}{flag} --reveal to see it all the same: it is recorded")));
    }
    let fixed = exercise.folder.join("src/fixed.rs");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).map_err(Failure::file("read", path));
    let (was, is) = (read(&flawed)?, read(&fixed)?);
    if !passed && !progress.revealed {
        context.store.change(id, |progress| progress.revealed = true)?;
    }
    let mut object = json!({"exercise": id, "passed": passed, "revealed": !passed || progress.revealed,
        "file": fixed, "text": is, "diff": unified(id, &was, &is, Terminal::PLAIN), "applied": false});
    if options.apply {
        let same = std::fs::read_to_string(&yours).is_ok_and(|work| work == is);
        let kept = if same { None } else { replace(context, exercise, &yours, is.as_bytes())? };
        object["applied"] = json!(true);
        object["kept"] = json!(kept.as_ref().map(kept_json));
        let advice = [("cargo lab measure".to_owned(), "see what it does".to_owned())];
        let kept = kept.as_ref().map_or(String::new(), kept_text);
        let text = format!("{id}: yours.rs is the reference fix now\n{kept}\n{}", context.terminal.next(&advice));
        context.answer(&text, &object);
    } else if options.diff {
        context.answer(&unified(id, &was, &is, context.terminal), &object);
    } else {
        context.answer(&format!("{}\n", is.trim_end()), &object);
    }
    Ok(Exit::Pass)
}

fn unified(id: &str, was: &str, is: &str, terminal: Terminal) -> String {
    let difference = TextDiff::from_lines(was, is);
    let mut text = format!("--- exercises/{id}/src/flawed.rs\n+++ exercises/{id}/src/fixed.rs\n");
    for hunk in difference.unified_diff().context_radius(3).iter_hunks() {
        let changes: Vec<_> = hunk.iter_changes().collect();
        text.push_str(&hunk_header(&changes));
        for change in changes {
            let line = change.value().trim_end_matches('\n');
            text.push_str(&match change.tag() {
                ChangeTag::Delete => terminal.bad(&format!("-{line}")),
                ChangeTag::Insert => terminal.good(&format!("+{line}")),
                ChangeTag::Equal => format!(" {line}"),
            });
            text.push('\n');
        }
    }
    text
}
