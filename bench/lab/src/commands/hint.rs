//! `cargo lab hint`: three depths. The deepest one seen is recorded, and nothing else follows from it.

use crate::context::{Context, advice_json};
use crate::exercise::Exercise;
use crate::exit::{Exit, Failure};
use crate::state::Advice;
use crate::terminal::paragraph;
use serde_json::json;

/// Prints a hint and remembers how deep the learner has looked. `words` are a number, an id, or both.
///
/// # Errors
/// Exit 2 for an unknown exercise or hint, 3 when the state cannot be written.
pub fn run(context: &Context, words: &[String], id: Option<&str>) -> Result<Exit, Failure> {
    let (numbers, ids): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| word.parse::<usize>().is_ok());
    let exercise = context.exercise(id.or_else(|| ids.first().map(|id| id.as_str())))?;
    if exercise.story.is_some() {
        return Err(Failure::usage(format!("{} is a story: it has no hints", exercise.id))
            .remedy(format!("cargo lab task {} tells what to look at", exercise.id)));
    }
    let all = exercise.hint.len();
    let seen = context.store.progress(&exercise.id)?.hints;
    let number = numbers.first().and_then(|number| number.parse().ok()).unwrap_or((seen + 1).min(all));
    let hint = number.checked_sub(1).and_then(|index| exercise.hint.get(index)).ok_or_else(|| {
        Failure::usage(format!("{} has {all} hints; there is no hint {number}", exercise.id))
            .remedy(format!("cargo lab hint --id {}", exercise.id))
    })?;
    if number > seen {
        context.store.change(&exercise.id, |progress| progress.hints = number)?;
    }
    let terminal = context.terminal;
    let advice = after(exercise, number, all);
    let head = terminal.strong(&format!("hint {number} of {all}"));
    let body = paragraph(hint.text.trim(), terminal.width(), "  ");
    context.answer(
        &format!("{head}\n{body}\n\n{}", terminal.next(&advice)),
        &json!({"exercise": exercise.id, "hint": number, "of": all, "text": hint.text.trim(),
            "next": advice_json(&advice)}),
    );
    Ok(Exit::Pass)
}

fn after(exercise: &Exercise, number: usize, all: usize) -> Vec<Advice> {
    let id = &exercise.id;
    let deeper = if number < all {
        (format!("cargo lab hint {} {id}", number + 1), "nearer to the answer".to_owned())
    } else {
        (format!("cargo lab solution {id} --diff --reveal"), "that was the last; looking is recorded".to_owned())
    };
    vec![(format!("$EDITOR exercises/{id}/src/yours.rs"), "try it".to_owned()), deeper]
}
