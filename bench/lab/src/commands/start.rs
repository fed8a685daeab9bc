//! `cargo lab start ID`: makes an exercise the current one; `next` is the one after it that is not passed.

use super::list;
use crate::clock;
use crate::context::{Context, ExerciseStatus, advice_json};
use crate::exit::{Exit, Failure};
use crate::terminal::paragraph;
use serde_json::json;

/// Remembers the exercise.
///
/// # Errors
/// Exit 2 for an unknown exercise, 3 when the state cannot be written.
pub fn run(context: &Context, id: &str) -> Result<Exit, Failure> {
    let state = context.store.load()?;
    let exercise = if id == "next" {
        let is_passed = |id: &str| state.exercise.get(id).is_some_and(|progress| progress.passed.is_some());
        match context.course.after(state.current.as_deref(), is_passed) {
            Some(next) => next,
            None => {
                let [passed, all] = list::passed(context, &state);
                let advice = [("cargo lab progress".to_owned(), "what you did".to_owned())];
                let text = format!(
                    "every exercise is passed ({passed} of {all}, stories counted)\n{}",
                    context.terminal.next(&advice)
                );
                context.answer(&text, &json!({"exercise": null, "passed": passed, "next": advice_json(&advice)}));
                return Ok(Exit::Pass);
            }
        }
    } else {
        context.course.get(id)?
    };
    let state = context.store.update(|state| {
        state.current = Some(exercise.id.clone());
        state.exercise.entry(exercise.id.clone()).or_default().started.get_or_insert_with(clock::now);
        Ok(state.clone())
    })?;
    let advice = ExerciseStatus::of(context, exercise, &state).place().advice();
    let terminal = context.terminal;
    let text = format!(
        "{}  {}\n{}\n\n  chapter {}, {} minutes; {}\n\n{}",
        terminal.strong(&exercise.id),
        exercise.title,
        paragraph(&exercise.symptom, terminal.width(), "  "),
        exercise.chapter,
        exercise.minutes,
        exercise.reading,
        terminal.next(&advice)
    );
    context.answer(
        &text,
        &json!({"exercise": exercise.id, "title": exercise.title, "symptom": exercise.symptom,
            "chapter": exercise.chapter, "minutes": exercise.minutes, "next": advice_json(&advice)}),
    );
    Ok(Exit::Pass)
}
