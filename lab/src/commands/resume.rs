//! `cargo lab`: where you are, and what to do next.

use super::Context;
use crate::exit::{Exit, Failure};

/// Says where the learner is.
///
/// # Errors
/// Exit 3 when the state cannot be read.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let state = context.store.load()?;
    let passed =
        context.course.exercises.iter().filter(|one| state.exercise.get(&one.id).is_some_and(|p| p.passed.is_some()));
    let (passed, all) = (passed.count(), context.course.exercises.len());
    let terminal = context.terminal;
    println!("{}", terminal.strong(&format!("{passed} of {all} exercises passed")));
    let current = state.current.as_deref().and_then(|id| context.course.get(id).ok());
    match current {
        Some(exercise) => {
            println!("current: {}  {}", exercise.id, exercise.title);
            println!("  {}", exercise.symptom);
            println!("  change exercises/{}/src/yours.rs, then", exercise.id);
        }
        None => {
            println!("none is current yet");
            let open = context.course.exercises.iter().find(|one| one.story.is_none());
            println!("  begin with: cargo lab start {}", open.map_or("ID", |one| one.id.as_str()));
        }
    }
    println!(
        "  task · observe · predict --p95-ratio 0.6 --because \"…\" · check · measure · hint · solution --diff · list"
    );
    Ok(Exit::Pass)
}
