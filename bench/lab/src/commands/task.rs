//! `cargo lab task`: an exercise's text in the terminal.

use crate::context::{Context, advice, advice_json};
use crate::exit::{Exit, Failure};
use crate::terminal::render;
use serde_json::json;

/// Prints the README of an exercise: laid out, or with `raw` as it is written.
///
/// # Errors
/// Exit 2 for an unknown exercise, 3 when it has no text.
pub fn run(context: &Context, id: Option<&str>, raw: bool) -> Result<Exit, Failure> {
    let exercise = context.exercise(id)?;
    let path = exercise.folder.join("README.md");
    let markdown = std::fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
    let terminal = context.terminal;
    let mut advice = advice(context, exercise)?;
    advice.retain(|(command, _)| command != "cargo lab task");
    let text = if raw {
        format!("{}\n", markdown.trim_end())
    } else {
        let reading = terminal.quiet(&format!("reading: {}", exercise.reading));
        format!("{}\n\n{reading}\n\n{}", render(&markdown, terminal, terminal.width()), terminal.next(&advice))
    };
    context.answer(
        &text,
        &json!({"exercise": exercise.id, "title": exercise.title, "markdown": markdown, "reading": exercise.reading,
            "next": advice_json(&advice)}),
    );
    Ok(Exit::Pass)
}
