//! `cargo lab list`: the exercises with progress.

use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::state::{Progress, State};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::json;

/// Prints the list.
///
/// # Errors
/// Exit 3 when the state cannot be read.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let state = context.store.load()?;
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["", "exercise", "ch", "title", "min", "status", "best p95", "hints"]);
    let mut all = Vec::new();
    for one in &context.course.exercises {
        let progress = state.exercise.get(&one.id).cloned().unwrap_or_default();
        let current = state.current.as_deref() == Some(&one.id);
        let status = status(&progress);
        let mark = match (&progress.passed, current) {
            (_, true) => "→",
            (Some(_), _) => "✓",
            (None, false) => " ",
        };
        let best = progress.best_p95_ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
        let hints = match (progress.hints, one.hint.len()) {
            (0, _) | (_, 0) => String::new(),
            (seen, all) => format!("{seen}/{all}"),
        };
        let title = if one.story.is_some() { format!("{} (story)", one.title) } else { one.title.clone() };
        let (chapter, minutes) = (one.chapter.to_string(), one.minutes.to_string());
        table.add_row([mark, &one.id, &chapter, &title, &minutes, status, &best, &hints]);
        all.push(json!({"id": one.id, "title": one.title, "chapter": one.chapter, "service": one.service,
            "story": one.story.is_some(), "minutes": one.minutes, "status": status, "passed": progress.passed,
            "revealed": progress.revealed, "best_p95_ratio": progress.best_p95_ratio, "hints": progress.hints,
            "hints_of": one.hint.len(), "current": current}));
    }
    for column in [2, 4, 6, 7] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let [passed, of] = passed(context, &state);
    let rows: Vec<String> = table.to_string().lines().map(|line| line.trim_end().to_owned()).collect();
    let text = format!("{}\n\n{passed} of {of} passed; cargo lab start ID makes one current\n", rows.join("\n"));
    context.answer(&text, &json!({"exercises": all, "passed": passed}));
    Ok(Exit::Pass)
}

/// How far a learner came with an exercise, in a word or two.
pub fn status(progress: &Progress) -> &'static str {
    match progress {
        Progress { passed: Some(_), revealed: true, .. } => "passed, revealed",
        Progress { passed: Some(_), .. } => "passed",
        Progress { revealed: true, .. } => "revealed",
        Progress { measured: Some(_), .. } => "measured",
        Progress { prediction: Some(_), .. } => "predicted",
        one if one.is_new() => "",
        _ => "begun",
    }
}

/// How many exercises of this course are passed, and how many there are.
pub fn passed(context: &Context, state: &State) -> [usize; 2] {
    let is_passed = |id: &str| state.exercise.get(id).is_some_and(|progress| progress.passed.is_some());
    let all = &context.course.exercises;
    [all.iter().filter(|one| is_passed(&one.id)).count(), all.len()]
}
