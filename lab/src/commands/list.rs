//! `cargo lab list`: the exercises with progress.

use super::Context;
use crate::exit::{Exit, Failure};
use comfy_table::{Table, presets};
use serde_json::json;

/// Prints the list.
///
/// # Errors
/// Exit 3 when the state cannot be read.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let state = context.store.load()?;
    let progress = |id: &str| state.exercise.get(id).cloned().unwrap_or_default();
    if context.json {
        let all: Vec<_> = context
            .course
            .exercises
            .iter()
            .map(|one| {
                let progress = progress(&one.id);
                json!({"id": one.id, "title": one.title, "chapter": one.chapter, "service": one.service,
                    "story": one.story.is_some(), "minutes": one.minutes, "passed": progress.passed,
                    "best_p95_ratio": progress.best_p95_ratio, "hints": progress.hints,
                    "current": state.current.as_deref() == Some(&one.id)})
            })
            .collect();
        println!("{}", json!({ "exercises": all }));
        return Ok(Exit::Pass);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["", "exercise", "title", "service", "min", "best p95"]);
    for one in &context.course.exercises {
        let progress = progress(&one.id);
        let mark = match (&progress.passed, state.current.as_deref() == Some(&one.id)) {
            (Some(_), _) => "✓",
            (None, true) => "→",
            (None, false) => " ",
        };
        let best = progress.best_p95_ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
        let title = if one.story.is_some() { format!("{} (story)", one.title) } else { one.title.clone() };
        table.add_row([mark, &one.id, &title, &one.service, &one.minutes.to_string(), &best]);
    }
    println!("{table}");
    Ok(Exit::Pass)
}
