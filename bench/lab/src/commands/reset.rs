//! `cargo lab reset`: `yours.rs` as it was at first; the work goes to the backups.

use crate::clock;
use crate::context::Context;
use crate::exercise::Exercise;
use crate::exit::{Exit, Failure};
use crate::state::{Kept, keep, write};
use serde_json::json;
use std::path::Path;

/// Restores the file.
///
/// # Errors
/// Exit 2 for an unknown exercise or a story, 3 when the work cannot be kept: then nothing is changed.
pub fn run(context: &Context, id: Option<&str>) -> Result<Exit, Failure> {
    let exercise = context.exercise(id)?;
    let Some([yours, flawed]) = exercise.sources() else {
        return Err(Failure::usage(format!("{} is a story: it has no yours.rs to restore", exercise.id))
            .remedy("cargo lab list shows the exercises that have"));
    };
    let original = std::fs::read(&flawed).map_err(Failure::file("read", &flawed))?;
    let untouched = std::fs::read(&yours).is_ok_and(|work| work == original);
    let kept = if untouched { None } else { replace(context, exercise, &yours, &original)? };
    let head = if untouched {
        format!("{}: yours.rs is as it was at first; nothing to do\n", exercise.id)
    } else {
        format!("{}: yours.rs is as it was at first\n", exercise.id)
    };
    let object = json!({"exercise": exercise.id, "restored": !untouched, "kept": kept.as_ref().map(kept_json)});
    context.answer(&format!("{head}{}", kept.as_ref().map_or(String::new(), kept_text)), &object);
    Ok(Exit::Pass)
}

/// Puts `bytes` where the learner's file is; what was there goes to the backups first.
///
/// # Errors
/// Exit 3 when something cannot be read or written; then the file is as it was.
pub fn replace(context: &Context, exercise: &Exercise, yours: &Path, bytes: &[u8]) -> Result<Option<Kept>, Failure> {
    let kept = match yours.exists() {
        true => Some(keep(&context.store, &exercise.id, &context.course.root, yours, bytes, &clock::stamp())?),
        false => None,
    };
    write(yours, bytes)?;
    Ok(kept)
}

/// Where the work is, and how it comes back.
pub fn kept_text(kept: &Kept) -> String {
    let patch = kept.patch.as_ref().map_or(String::new(), |patch| format!("as a patch: {}\n", patch.display()));
    format!("your work: {}\n{patch}to bring it back: {}\n", kept.copy.display(), kept.undo)
}

/// The same for `--json`.
pub fn kept_json(kept: &Kept) -> serde_json::Value {
    json!({"copy": kept.copy, "patch": kept.patch, "undo": kept.undo})
}
