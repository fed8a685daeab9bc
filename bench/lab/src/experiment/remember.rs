//! What is remembered of a run: the learner's record, a page of the notebook; and what to type next.

use super::{Experiment, Subject};
use crate::clock;
use crate::context::{Context, advice};
use crate::exercise::{Exercise, P95_RATIO};
use crate::exit::Failure;
use crate::pipeline::Depth;
use crate::report::{Measured, Report, Run, Scored};
use crate::state::{self, Entry, Outcome, Prediction, Progress, version};
use crate::verdict::{TargetOutcome, Verdict, is_timed};
use std::time::{Duration, SystemTime};

/// The prediction that the result is set beside.
///
/// # Errors
/// Exit 3 when the state cannot be read.
pub(super) fn prediction(context: &Context, experiment: &Experiment<'_>) -> Result<Option<Prediction>, Failure> {
    if !experiment.is_yours() {
        return Ok(None);
    }
    let progress = context.store.progress(&experiment.exercise.id)?;
    Ok(progress.prediction_for(&current(experiment.exercise).unwrap_or_default()))
}

/// Remembers an observation.
///
/// # Errors
/// Exit 3 when the state cannot be written.
pub fn save_observed(context: &Context, exercise: &Exercise) -> Result<(), Failure> {
    context.store.change(&exercise.id, |progress| {
        progress.observed.get_or_insert_with(clock::now);
    })?;
    next(context, exercise)
}

/// Remembers a result, adds a measurement of a seam to the notebook, and says what to type next. A demonstration leaves no trace in the
/// record.
///
/// # Errors
/// Exit 3 when something cannot be written.
pub(super) fn save(context: &Context, experiment: &Experiment<'_>, run: &Run) -> Result<(), Failure> {
    let exercise = experiment.exercise;
    if experiment.demo {
        return Ok(());
    }
    match (&run.measured, &experiment.subject) {
        (Measured::Seam(report), Subject::Seam { candidates, .. }) => {
            // Timed or not: a measurement of a candidate that answers differently ends as a check does.
            let depth = if report.rounds.is_some() { Depth::Measure } else { Depth::Check };
            if experiment.is_yours() {
                remember(context, exercise, report, depth)?;
            }
            if depth == Depth::Measure {
                page(context, exercise, report, &candidates.join(" "))?;
            }
            if experiment.is_yours() { next(context, exercise) } else { Ok(()) }
        }
        _ if run.verdict() == Verdict::Pass => context.store.change(&exercise.id, |progress| {
            progress.passed.get_or_insert_with(clock::now);
        }),
        _ => Ok(()),
    }
}

fn remember(context: &Context, exercise: &Exercise, report: &Report, depth: Depth) -> Result<(), Failure> {
    let ratio = report.number(P95_RATIO);
    let counts = report.candidate.as_ref().map(|candidate| candidate.counts.clone()).unwrap_or_default();
    let now = clock::now();
    let version = if changed_since(exercise, report.seconds) {
        context.terminal.step("yours.rs was saved during the run: the result is that of the version before");
        String::new()
    } else {
        current(exercise).unwrap_or_default()
    };
    let subject = exercise.subject();
    let number = report.number(&subject.name).filter(|_| depth == Depth::Measure && !subject.is_p95_ratio());
    let outcome = Outcome {
        version: version.clone(),
        verdict: report.verdict.word().to_owned(),
        at: now.clone(),
        seconds: report.seconds,
        p95_ratio: ratio.map(|ratio| ratio.estimate),
        subject: number.map(|number| state::Measured { of: subject.name, value: number.estimate }),
        ..Outcome::default()
    };
    context.store.change(&exercise.id, |progress| {
        if depth == Depth::Check {
            progress.checked = Some(outcome);
            return;
        }
        let known = known_from_check(progress, &version);
        progress.score(&version, |name| report.number(name).filter(|_| !known || is_timed(name)), &counts, &now);
        if let Some(ratio) = ratio {
            let best = progress.best_p95_ratio.unwrap_or(f64::INFINITY);
            progress.best_p95_ratio = Some(best.min(ratio.estimate));
        }
        progress.measured = Some(outcome);
        if report.verdict == Verdict::Pass {
            progress.passed.get_or_insert(now);
        }
    })
}

/// Was the prediction written after a check had shown the counts and phases of this very version? Then they were known, not
/// predicted.
fn known_from_check(progress: &Progress, version: &str) -> bool {
    let (checked, predicted) = (progress.checked.as_ref(), progress.prediction.as_ref());
    checked.zip(predicted).is_some_and(|(checked, predicted)| checked.version == version && checked.at < predicted.at)
}

fn page(context: &Context, exercise: &Exercise, report: &Report, candidate: &str) -> Result<(), Failure> {
    let subject = exercise.subject();
    let measured = report.number(&subject.name);
    let measured = measured.map_or("unknown".to_owned(), |one| subject.unit().shown_with(one.estimate, Some(&one)));
    let because = |scored: &Scored| match scored.because.as_str() {
        "" => String::new(),
        because => format!(" (because {because})"),
    };
    state::append(
        &context.store,
        &Entry {
            id: &exercise.id,
            compared: format!("flawed against {candidate}"),
            verdict: report.verdict.word(),
            measured: format!("{}: {measured}", subject.says),
            prediction: report.prediction.as_ref().map(|scored| format!("{}{}", scored.line(), because(scored))),
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

fn target(judged: &TargetOutcome) -> String {
    let word = match judged.met {
        Some(true) => "met",
        Some(false) => "missed",
        None => "cannot be told",
    };
    format!("{}: {}; target: {}: {word}", judged.sentence(), judged.measured(), judged.wanted())
}
