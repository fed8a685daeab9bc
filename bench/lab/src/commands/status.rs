//! `cargo lab`: where you are, and what to do next; at the first time what this is.

use super::list;
use crate::context::{Context, ExerciseStatus, advice_json};
use crate::exercise::Unit;
use crate::exit::{Exit, Failure};
use crate::state::{Advice, Measured, Outcome, Place, State, prediction_score};
use crate::terminal::paragraph;
use serde_json::json;

const WELCOME: [&str; 4] = [
    "A small shop of services that is slow on purpose, and a bench that shows why.",
    "In each exercise you observe a symptom, write down what you expect, change one file, and measure.",
    "A verdict says first that the answers are unchanged, then what was counted, then how latency moved.",
    "Nothing leaves this machine. What you do is recorded in .lab/, and nothing you write is ever lost.",
];

/// Says where the learner is.
///
/// # Errors
/// Exit 3 when the state cannot be read.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let state = context.store.load()?;
    let current = match state.current.as_deref() {
        Some(id) => match context.course.get(id) {
            Ok(exercise) => Some(exercise),
            Err(_) => {
                eprintln!("{id} is the current exercise, and this course does not have it; its record is kept");
                None
            }
        },
        None => None,
    };
    match current {
        Some(exercise) => {
            let here = ExerciseStatus::of(context, exercise, &state);
            let place = here.place();
            let text = standing(context, &here, &place, &state);
            context.answer(&text, &object(context, &state, Some((&here, &place)), &place.advice()));
        }
        None => {
            let advice = first(context, &state);
            let lines = if state.exercise.is_empty() { WELCOME.join("\n") } else { passed(context, &state) };
            let text = format!("{lines}\n\n{}", context.terminal.next(&advice));
            context.answer(&text, &object(context, &state, None, &advice));
        }
    }
    Ok(Exit::Pass)
}

/// What to type when no exercise is current.
fn first(context: &Context, state: &State) -> Vec<Advice> {
    let is_passed = |id: &str| state.exercise.get(id).is_some_and(|progress| progress.passed.is_some());
    let mut advice = Vec::new();
    match context.course.after(None, is_passed) {
        Some(open) => advice.push((format!("cargo lab start {}", open.id), open.title.clone())),
        None => advice.push(("cargo lab progress".to_owned(), "every exercise is passed".to_owned())),
    }
    if let Some(story) = context.course.exercises.iter().find(|one| one.story.is_some() && !is_passed(&one.id)) {
        let why = format!("{}: measured, nothing to change", story.title);
        advice.push((format!("cargo lab measure {}", story.id), why));
    }
    advice.push(("cargo lab list".to_owned(), "all exercises".to_owned()));
    advice.push(("cargo lab doctor".to_owned(), "is this machine fit to measure?".to_owned()));
    advice
}

fn passed(context: &Context, state: &State) -> String {
    let [passed, all] = list::passed(context, state);
    format!("{passed} of {all} exercises passed")
}

fn standing(context: &Context, here: &ExerciseStatus<'_>, place: &Place<'_>, state: &State) -> String {
    let terminal = context.terminal;
    let exercise = here.exercise;
    let mut text = format!("{}  {}\n", terminal.strong(&exercise.id), exercise.title);
    text.push_str(&format!("{}\n\n", paragraph(&exercise.symptom, terminal.width(), "  ")));
    let progress = &here.progress;
    let mark = |done: bool, what: String| {
        if done { format!("{} {what}", terminal.good("✓")) } else { terminal.quiet(&format!("· {what}")) }
    };
    let mut steps = Vec::new();
    if exercise.story.is_none() {
        steps.push(mark(progress.observed.is_some(), "observed".to_owned()));
        let predicted = here.version.as_deref().and_then(|version| progress.prediction_for(version));
        let figure = predicted.as_ref().map_or(String::new(), |one| format!(" {}", one.expected.shown()));
        steps.push(mark(predicted.is_some(), format!("predicted{figure}")));
        steps.push(mark(here.touched, "changed".to_owned()));
        for (name, outcome) in [("checked", &progress.checked), ("measured", &progress.measured)] {
            let of_this = outcome.as_ref().filter(|one| here.touched && Some(&one.version) == here.version.as_ref());
            let ratio = of_this.and_then(shown).map_or(String::new(), |shown| format!(" {shown}"));
            let verdict = of_this.map_or(String::new(), |one| format!(": {}", one.verdict.replace('_', " ")));
            steps.push(mark(of_this.is_some(), format!("{name}{ratio}{verdict}")));
        }
        if !here.subject.is_p95_ratio() {
            let subject = format!("predicted and measured: {}", here.subject.says);
            text.push_str(&format!("{}\n\n", terminal.quiet(&paragraph(&subject, terminal.width(), "  "))));
        }
        if progress.hints > 0 {
            steps.push(format!("hints {} of {}", progress.hints, exercise.hint.len()));
        }
    }
    let best = progress.best_p95_ratio.filter(|_| progress.passed.is_some() && here.subject.is_p95_ratio());
    if let Some(best) = best {
        steps.push(terminal.good(&format!("passed, best {best:.2}")));
    } else if progress.passed.is_some() {
        steps.push(terminal.good("passed"));
    }
    if progress.passed.is_some() && !exercise.topics.is_empty() {
        steps.push(format!("it was about {}", exercise.topics.join(", ")));
    }
    if !steps.is_empty() {
        text.push_str(&format!("  {}\n", steps.join("   ")));
    }
    text.push_str(&format!("  {}\n\n", passed(context, state)));
    text + &terminal.next(&place.advice())
}

/// What was measured of the number that the exercise has predicted.
fn shown(outcome: &Outcome) -> Option<String> {
    match &outcome.subject {
        Some(Measured { of, value }) => Some(Unit::of(of).shown(*value)),
        None => outcome.p95_ratio.map(|ratio| Unit::Ratio.shown(ratio)),
    }
}

fn object(
    context: &Context,
    state: &State,
    at: Option<(&ExerciseStatus<'_>, &Place<'_>)>,
    advice: &[Advice],
) -> serde_json::Value {
    let [passed, all] = list::passed(context, state);
    let current = at.map(|(here, place)| {
        let progress = &here.progress;
        json!({"id": here.exercise.id, "title": here.exercise.title, "symptom": here.exercise.symptom,
            "story": here.exercise.story.is_some(), "predicts": here.subject.name, "observed": progress.observed, "changed": here.touched,
            "version": here.version, "prediction": progress.prediction, "checked": progress.checked,
            "measured": progress.measured, "hints": progress.hints, "hints_of": here.exercise.hint.len(),
            "passed": progress.passed, "best_p95_ratio": progress.best_p95_ratio, "step": place.step()})
    });
    json!({"passed": passed, "exercises": all, "current": current, "calibration": prediction_score(state),
        "next": advice_json(advice)})
}
