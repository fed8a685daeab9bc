//! Where the learner stands with an exercise: the file as it is now, beside what is remembered.

use super::Context;
use crate::exercise::{Exercise, Subject};
use crate::exit::Failure;
use crate::state::{Advice, Place, Progress, State, version};

/// All that the next step depends on.
#[derive(Clone, Debug)]
pub struct ExerciseStatus<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// `yours.rs` differs from `flawed.rs`.
    pub touched: bool,
    /// The version of `yours.rs`.
    pub version: Option<String>,
    /// What is remembered.
    pub progress: Progress,
    /// What is predicted.
    pub subject: Subject,
    /// The exercise after this one that is not passed.
    pub next: Option<&'a Exercise>,
}

impl<'a> ExerciseStatus<'a> {
    /// Looks at the file and at the state.
    pub fn of(context: &'a Context, exercise: &'a Exercise, state: &State) -> Self {
        let version = exercise.sources().and_then(|[yours, _]| version(&yours));
        let is_passed = |id: &str| state.exercise.get(id).is_some_and(|progress| progress.passed.is_some());
        Self {
            exercise,
            touched: version.is_some() && !exercise.is_untouched(),
            version,
            progress: state.exercise.get(&exercise.id).cloned().unwrap_or_default(),
            subject: exercise.subject(),
            next: context.course.after(Some(&exercise.id), is_passed),
        }
    }

    /// As the loop sees it.
    pub fn place(&self) -> Place<'_> {
        Place {
            id: &self.exercise.id,
            story: self.exercise.story.is_some(),
            touched: self.touched,
            version: self.version.as_deref(),
            progress: &self.progress,
            subject: &self.subject,
            hints: self.exercise.hint.len(),
            next: self.next.map(|next| next.title.as_str()),
        }
    }
}

/// What to type next; with the id where the exercise is not the current one.
///
/// # Errors
/// Exit 3 when the state cannot be read.
pub fn advice(context: &Context, exercise: &Exercise) -> Result<Vec<Advice>, Failure> {
    let state = context.store.load()?;
    let advice = ExerciseStatus::of(context, exercise, &state).place().advice();
    if state.current.as_deref() == Some(&exercise.id) {
        return Ok(advice);
    }
    let mut start = vec![(format!("cargo lab start {}", exercise.id), "the commands below then mean it".to_owned())];
    start.extend(advice);
    Ok(start)
}

/// The advice as `--json` has it.
pub fn advice_json(advice: &[Advice]) -> serde_json::Value {
    advice.iter().map(|(command, why)| serde_json::json!({"command": command, "why": why})).collect()
}
