//! `cargo lab predict`: the hypothesis, written before the measurement and never changed after it.

use crate::cli::Predict;
use crate::context::{Context, advice, advice_json};
use crate::exercise::{Exercise, nearest};
use crate::exit::{Exit, Failure};
use crate::state::{BenchLock, Prediction, predicted};
use crate::terminal::paragraph;
use serde_json::json;
use std::collections::BTreeMap;

/// The counts every exercise has, besides those its targets name.
const COUNTS: [&str; 7] = [
    "db_queries_per_request",
    "rows_returned_per_request",
    "cache_calls_per_request",
    "rpc_calls_per_request",
    "partner_calls_per_request",
    "response_bytes",
    "cpu_ms_per_request",
];

/// Writes it down.
///
/// # Errors
/// Exit 2 for an unknown exercise, a ratio or a count that is none, or while it is being measured; 3 when it cannot be
/// written.
pub fn run(context: &Context, options: &Predict) -> Result<Exit, Failure> {
    let exercise = context.exercise(options.id.as_deref())?;
    let id = &exercise.id;
    if exercise.story.is_some() {
        return Err(Failure::usage(format!("{id} is a story: it is measured as it is, there is nothing to predict"))
            .remedy(format!("cargo lab measure {id}")));
    }
    let counts = counts(exercise, options)?;
    if let Some(running) =
        BenchLock::holder(context.store.folder()).filter(|who| who.contains(&format!("measure {id}")))
    {
        return Err(Failure::usage(format!("{id} is being measured ({running}): its prediction stands"))
            .remedy("cargo lab notebook shows it beside the result when the run has ended"));
    }
    let prediction = Prediction { counts, ..predicted(exercise, value(exercise, options)?, &options.because)? };
    let before = context.store.progress(id)?.prediction;
    context.store.change(id, |progress| progress.prediction = Some(prediction.clone()))?;
    let advice = advice(context, exercise)?;
    let before = before.map_or(String::new(), |one| format!(" (instead of {})", one.expected.shown()));
    let (subject, shown) = (exercise.subject(), prediction.expected.shown());
    let mut text = if subject.is_p95_ratio() {
        format!("{id}: the new p95 will be {shown} of the old{before}; written down\n")
    } else {
        let words = format!("{id}: {} will be {shown}{before}; written down", subject.says);
        format!("{}\n", paragraph(&words, context.terminal.width(), ""))
    };
    for (name, value) in &prediction.counts {
        text.push_str(&format!("  {} will be {value}\n", exercise.says(name)));
    }
    text.push_str(&context.terminal.next(&advice));
    context.answer(&text, &json!({"exercise": id, "prediction": prediction, "next": advice_json(&advice)}));
    Ok(Exit::Pass)
}

/// The number that was given, by the option that fits the exercise.
fn value(exercise: &Exercise, options: &Predict) -> Result<f64, Failure> {
    let (id, subject) = (&exercise.id, exercise.subject());
    match (options.value, options.p95_ratio) {
        (Some(value), _) => Ok(value),
        (None, Some(ratio)) if subject.is_p95_ratio() => Ok(ratio),
        (None, Some(_)) => {
            Err(Failure::usage(format!("{id} is not about the ratio of the p95s. Wanted: {}", subject.asks()))
                .remedy(format!("cargo lab predict {id} {} --because \"…\"", subject.option())))
        }
        (None, None) => Err(Failure::usage(format!("{id}: a prediction needs a number. Wanted: {}", subject.asks()))
            .remedy(format!("cargo lab predict {id} {} --because \"…\"", subject.option()))),
    }
}

fn counts(exercise: &Exercise, options: &Predict) -> Result<BTreeMap<String, f64>, Failure> {
    let mut counts: BTreeMap<String, f64> =
        options.queries.map(|queries| ("db_queries_per_request".to_owned(), queries)).into_iter().collect();
    let named = exercise.target.iter().map(|target| target.name.as_str()).filter(|name| !name.ends_with("_ratio"));
    let mut known: Vec<&str> = COUNTS.into_iter().chain(named).collect();
    known.sort_unstable();
    known.dedup();
    for (name, value) in &options.count {
        if !known.contains(&name.as_str()) {
            let near = nearest(name, known.iter().copied());
            let guess = near.first().map_or(String::new(), |name| format!("did you mean {name}? "));
            return Err(Failure::usage(format!("there is no count {name:?}")).remedy(format!(
                "{guess}cargo lab predict {} --count NAME=N knows: {}",
                exercise.subject().option(),
                known.join(", ")
            )));
        }
        counts.insert(name.clone(), *value);
    }
    match counts.values().find(|value| !value.is_finite() || **value < 0.0) {
        Some(value) => Err(Failure::usage(format!("a count of {value} cannot be"))
            .remedy(format!("cargo lab predict {} --queries 2", exercise.subject().option()))),
        None => Ok(counts),
    }
}
