//! What surrounds a run: it is announced, a prediction comes before it, and its result is remembered after it.

use super::here::advice;
use super::{Context, predict};
use crate::clock;
use crate::exercise::Exercise;
use crate::exit::Failure;
use crate::pipeline::{Depth, Judged, Verdict};
use crate::report::{Report, number};
use crate::state::{self, Entry, Outcome, Prediction, version};
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::time::{Duration, SystemTime};

/// Says what is about to happen and how long it takes; before `measure` of `yours`, sees to it that a prediction is there.
///
/// # Errors
/// Exit 2 where nothing was predicted and nobody can be asked.
pub fn before(context: &Context, id: Option<&str>, candidate: &str, depth: Depth, force: bool) -> Result<(), Failure> {
    let exercise = context.exercise(id)?;
    if !exercise.candidates().iter().any(|known| known == candidate)
        || (exercise.story.is_some() && (depth == Depth::Check || candidate != "yours"))
    {
        // The command itself refuses it.
        return Ok(());
    }
    let yours = candidate == "yours" && exercise.story.is_none();
    let progress = context.store.progress(&exercise.id)?;
    if yours && exercise.is_untouched() && depth == Depth::Measure {
        return Ok(());
    }
    if yours && depth == Depth::Measure && !force {
        let version = current(exercise).unwrap_or_default();
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
    let (verb, against) = match depth {
        Depth::Check => ("checking", format!("flawed and {candidate}: same answers, then counts")),
        Depth::Measure if exercise.story.is_some() => ("measuring", "the whole story".to_owned()),
        Depth::Measure => ("measuring", format!("flawed and {candidate}: same answers, counts, then latency")),
    };
    context.terminal.step(&format!("{verb} {}: {against}; about {seconds:.0} s once built", exercise.id));
    Ok(())
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
    let id = &exercise.id;
    let missing = || {
        Failure::usage(format!("{id}: nothing is predicted for this version of yours.rs; a prediction comes first"))
            .remedy(format!(
                "cargo lab predict {id} --p95-ratio 0.… --because \"…\"   or without one: cargo lab measure {id} --unpredicted"
            ))
    };
    if context.json || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(missing());
    }
    eprint!("the new p95 you expect, over the old (0.65 means 65 % of it): ");
    let mut line = String::new();
    let read = std::io::stderr().flush().and_then(|()| std::io::stdin().lock().read_line(&mut line));
    let ratio = read.ok().and_then(|_| line.trim().parse().ok()).ok_or_else(missing)?;
    let prediction = predict::written(ratio, "")?;
    context.store.change(id, |progress| progress.prediction = Some(prediction))
}

/// The prediction that a result of `candidate` is set beside.
///
/// # Errors
/// Exit 3 when the state cannot be read.
pub fn prediction(context: &Context, exercise: &Exercise, candidate: &str) -> Result<Option<Prediction>, Failure> {
    if candidate != "yours" {
        return Ok(None);
    }
    let progress = context.store.progress(&exercise.id)?;
    Ok(progress.prediction_for(&current(exercise).unwrap_or_default()))
}

/// Says what an observation does and how long it takes.
///
/// # Errors
/// Exit 2 for an unknown exercise.
pub fn looking(context: &Context, id: Option<&str>) -> Result<(), Failure> {
    let exercise = context.exercise(id)?;
    context.terminal.step(&format!("observing {} under its load; about 25 s once built", exercise.id));
    Ok(())
}

/// Remembers an observation.
///
/// # Errors
/// Exit 2 or 3.
pub fn observed(context: &Context, id: Option<&str>) -> Result<(), Failure> {
    let exercise = context.exercise(id)?;
    context.store.change(&exercise.id, |progress| {
        progress.observed.get_or_insert_with(clock::now);
    })?;
    next(context, exercise)
}

/// Remembers that a story was reproduced.
///
/// # Errors
/// Exit 3 when the state cannot be written.
pub fn told(context: &Context, exercise: &Exercise, verdict: Verdict) -> Result<(), Failure> {
    if verdict == Verdict::Pass {
        context.store.change(&exercise.id, |progress| {
            progress.passed.get_or_insert_with(clock::now);
        })?;
    }
    Ok(())
}

/// Remembers a result of `check` or `measure`, adds a page to the notebook, and says what to type next.
///
/// # Errors
/// Exit 3 when something cannot be written.
pub fn after(
    context: &Context,
    exercise: &Exercise,
    report: &Report,
    candidate: &str,
    depth: Depth,
) -> Result<(), Failure> {
    if candidate == "yours" {
        remember(context, exercise, report, depth)?;
    }
    if depth == Depth::Measure {
        page(context, exercise, report, candidate)?;
    }
    if candidate == "yours" { next(context, exercise) } else { Ok(()) }
}

fn remember(context: &Context, exercise: &Exercise, report: &Report, depth: Depth) -> Result<(), Failure> {
    let ratio = report.ratio.get("p95").copied();
    let counts = report.candidate.as_ref().map(|candidate| candidate.counts.clone()).unwrap_or_default();
    let now = clock::now();
    let version = if changed_since(exercise, report.seconds) {
        context.terminal.step("yours.rs was saved during the run: the result is that of the version before");
        String::new()
    } else {
        current(exercise).unwrap_or_default()
    };
    let outcome = Outcome {
        version: version.clone(),
        verdict: report.verdict.word().to_owned(),
        at: now.clone(),
        seconds: report.seconds,
        p95_ratio: ratio.map(|ratio| ratio.estimate),
        ..Outcome::default()
    };
    context.store.change(&exercise.id, |progress| {
        if depth == Depth::Check {
            progress.checked = Some(outcome);
            return;
        }
        if let Some(ratio) = ratio {
            progress.score(&version, ratio, &counts, &now);
            let best = progress.best_p95_ratio.unwrap_or(f64::INFINITY);
            progress.best_p95_ratio = Some(best.min(ratio.estimate));
        }
        progress.measured = Some(outcome);
        if report.verdict == Verdict::Pass {
            progress.passed.get_or_insert(now);
        }
    })
}

fn page(context: &Context, exercise: &Exercise, report: &Report, candidate: &str) -> Result<(), Failure> {
    let ratio = report.ratio.get("p95").copied();
    let shown = ratio.map_or("unknown".to_owned(), |r| format!("{:.2} [{:.2}–{:.2}]", r.estimate, r.low, r.high));
    let prediction = report.prediction.as_ref().map(|scored| Prediction {
        p95_ratio: scored.p95_ratio,
        because: scored.because.clone(),
        ..Prediction::default()
    });
    let error = report.prediction.as_ref().and_then(|scored| scored.error_points);
    state::append(
        &context.store,
        &Entry {
            id: &exercise.id,
            compared: format!("flawed against {candidate}"),
            verdict: report.verdict.word(),
            ratio: shown,
            prediction: prediction.as_ref().map(|prediction| (prediction, error)),
            targets: report.targets.iter().map(target).collect(),
            at: clock::now(),
        },
    )
}

fn next(context: &Context, exercise: &Exercise) -> Result<(), Failure> {
    let text = context.terminal.next(&advice(context, exercise)?);
    if context.json {
        eprint!("{text}");
    } else {
        print!("{text}");
    }
    Ok(())
}

/// The version of the learner's file.
fn current(exercise: &Exercise) -> Option<String> {
    exercise.sources().and_then(|[yours, _]| version(&yours))
}

/// Was the learner's file written within the last `seconds`?
fn changed_since(exercise: &Exercise, seconds: f64) -> bool {
    let written = exercise.sources().and_then(|[yours, _]| std::fs::metadata(yours).ok()?.modified().ok());
    let begin = SystemTime::now().checked_sub(Duration::try_from_secs_f64(seconds).unwrap_or_default());
    matches!((written, begin), (Some(written), Some(begin)) if written > begin)
}

fn target(judged: &Judged) -> String {
    let word = match judged.met {
        Some(true) => "met",
        Some(false) => "missed",
        None => "cannot be told",
    };
    let value = judged.value.map_or("unknown".to_owned(), number);
    let relation = if judged.at_least { "at least" } else { "at most" };
    format!("{} {value}, {relation} {}: {word}", judged.name, number(judged.limit))
}
