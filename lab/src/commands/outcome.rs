//! What `check` and `measure` do with a result: print it, remember it, write it down.

use super::Context;
use crate::cli::Candidate as Options;
use crate::clock;
use crate::exercise::{Exercise, nearest};
use crate::exit::{Exit, Failure};
use crate::pipeline::{Comparison, Judged, Verdict};
use crate::report::{Report, comparison_text, files, number, of_comparison, render, run_file};
use crate::state::{self, Entry};
use serde_json::json;

/// The object for a run that could not be made.
pub fn failure_json(failure: &Failure) -> serde_json::Value {
    let verdict = match failure.exit {
        Exit::Inconclusive => "inconclusive",
        Exit::BehaviourChanged => "behaviour_changed",
        Exit::NotYet => "not_yet",
        _ => "unfit",
    };
    json!({"verdict": verdict, "exit": failure.exit as u8, "message": failure.message, "remedy": failure.remedy})
}

/// The candidate asked for, as `VARIANTS` spells it.
///
/// # Errors
/// Exit 2 with the nearest and all names.
pub fn candidate(exercise: &Exercise, options: &Options) -> Result<String, Failure> {
    let known = exercise.candidates();
    if known.contains(&options.candidate) {
        return Ok(options.candidate.clone());
    }
    let near = nearest(&options.candidate, known.iter().map(String::as_str));
    let guess = near.first().map_or(String::new(), |name| format!("did you mean {name}? "));
    Err(Failure::usage(format!("{} has no candidate {:?}", exercise.id, options.candidate))
        .remedy(format!("{guess}It has: {}", known.join(", "))))
}

/// Is the learner's file still the flawed one?
pub fn is_untouched(exercise: &Exercise) -> bool {
    exercise.sources().is_some_and(|[yours, flawed]| {
        matches!((std::fs::read(yours), std::fs::read(flawed)), (Ok(yours), Ok(flawed)) if yours == flawed)
    })
}

/// Prints the result; after a measurement also remembers it, writes the report and a page of the notebook.
///
/// # Errors
/// Exit 3 when something cannot be written.
pub fn deliver(
    context: &Context,
    exercise: &Exercise,
    comparison: &Comparison,
    machine: &crate::machine::Machine,
) -> Result<Exit, Failure> {
    let candidate = &comparison.candidates[0];
    let prediction = context.store.load()?.exercise.get(&exercise.id).and_then(|progress| progress.prediction.clone());
    let report = Report::of(exercise, comparison, candidate, prediction.as_ref(), machine);
    let text = comparison_text(exercise, &report, context.terminal);
    let object = serde_json::to_string(&report).map_err(|error| Failure::unfit(error.to_string()))?;
    if context.json {
        eprint!("{text}");
        println!("{object}");
    } else {
        print!("{text}");
    }
    if comparison.latency.is_some() {
        remember(context, exercise, &report)?;
        let page = of_comparison(&context.course.root, exercise, comparison);
        let run = files::keep(&context.store, &exercise.id, &run_file(&report, &page)?)?;
        eprintln!("report: {}", render(&context.store, &run)?.display());
    }
    Ok(report.verdict.exit())
}

fn remember(context: &Context, exercise: &Exercise, report: &Report) -> Result<(), Failure> {
    let ratio = report.ratio.get("p95").copied();
    let shown = ratio.map_or("unknown".to_owned(), |r| format!("{:.2} [{:.2}–{:.2}]", r.estimate, r.low, r.high));
    let candidate = report.candidate.as_ref().map_or("", |candidate| candidate.variant.as_str());
    let prediction = context.store.load()?.exercise.get(&exercise.id).and_then(|progress| progress.prediction.clone());
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
    )?;
    if candidate != "yours" {
        return Ok(());
    }
    let passed = report.verdict == Verdict::Pass;
    context.store.change(&exercise.id, |progress| {
        if let Some(ratio) = ratio {
            let best = progress.best_p95_ratio.unwrap_or(f64::INFINITY);
            progress.best_p95_ratio = Some(best.min(ratio.estimate));
        }
        if passed && progress.passed.is_none() {
            progress.passed = Some(clock::now());
        }
    })
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
