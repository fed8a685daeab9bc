//! Says what is about to happen and how long it takes, and asks for the prediction that comes first.

use super::{Experiment, Subject};
use crate::cli::number_or_percent;
use crate::context::Context;
use crate::exercise::Exercise;
use crate::exit::Failure;
use crate::pipeline::Depth;
use crate::state::{predicted, version};
use std::io::{BufRead as _, IsTerminal as _, Write as _};

/// Says what is about to happen and how long it takes; before `measure` of `yours`, sees to it that a prediction is there
/// unless `unpredicted`.
///
/// # Errors
/// Exit 2 where nothing was predicted and nobody can be asked.
pub fn announce(context: &Context, experiment: &Experiment<'_>, unpredicted: bool) -> Result<(), Failure> {
    let (exercise, depth, yours) = (experiment.exercise, experiment.depth(), experiment.is_yours());
    let progress = context.store.progress(&exercise.id)?;
    if yours && depth == Depth::Measure && !unpredicted {
        let version = exercise.sources().and_then(|[yours, _]| version(&yours)).unwrap_or_default();
        if progress.prediction_for(&version).is_none() && !progress.is_measured(&version) {
            ask(context, exercise)?;
        }
    }
    let last = match depth {
        Depth::Check => &progress.checked,
        Depth::Measure => &progress.measured,
    };
    let seconds = match last.as_ref().filter(|one| yours && one.seconds > 0.0) {
        Some(last) => last.seconds,
        None => about(exercise, depth),
    };
    let verb = if depth == Depth::Check { "checking" } else { "measuring" };
    let what = match &experiment.subject {
        Subject::Story => "the whole story".to_owned(),
        Subject::Seam { candidates, .. } => {
            let steps = if depth == Depth::Check { "then counts" } else { "counts, then latency" };
            format!("flawed and {}: same answers, {steps}", candidates.join(", "))
        }
    };
    context
        .terminal
        .step(&format!("{verb} {}: {what}; about {seconds:.0} s once built; seed {}", exercise.id, experiment.seed));
    Ok(())
}

/// Says what an observation does and how long it takes.
pub fn announce_observe(context: &Context, exercise: &Exercise) {
    context.terminal.step(&format!("observing {} under its load; about 25 s once built", exercise.id));
}

/// Servers, two arms, their databases and the behaviour take about this long (seen: 9 to 14 s on two cores).
const GROUND: f64 = 12.0;

fn about(exercise: &Exercise, depth: Depth) -> f64 {
    let load = &exercise.load;
    let arms = exercise.story.as_ref().map_or(2, |story| story.stages.len()) as f64;
    let timed = load.rounds as f64 * 2.0 * arms * load.slice_ms as f64 / 1e3;
    match (depth, &exercise.story) {
        (Depth::Check, _) => GROUND + 8.0,
        (Depth::Measure, None) => GROUND + 10.0 + timed,
        (Depth::Measure, Some(_)) => GROUND + 25.0 + timed,
    }
}

/// Asks for a prediction where somebody can answer.
fn ask(context: &Context, exercise: &Exercise) -> Result<(), Failure> {
    let (id, subject) = (&exercise.id, exercise.subject());
    let missing = || {
        Failure::usage(format!("{id}: nothing is predicted for this version of yours.rs; a prediction comes first"))
            .remedy(format!(
                "cargo lab predict {id} {} --because \"…\"   or without one: cargo lab measure {id} --unpredicted",
                subject.option()
            ))
    };
    if context.json || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(missing());
    }
    eprint!("{}: ", subject.asks());
    let mut line = String::new();
    let read = std::io::stderr().flush().and_then(|()| std::io::stdin().lock().read_line(&mut line));
    let value = read.ok().and_then(|_| number_or_percent(line.trim()).ok()).ok_or_else(missing)?;
    let prediction = predicted(exercise, value, "")?;
    context.store.change(id, |progress| progress.prediction = Some(prediction))
}
