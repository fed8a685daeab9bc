//! What `check` and `measure` do with a result: print it, remember it, write it down.

use super::{Context, record};
use crate::cli::Candidate as Options;
use crate::exercise::{Exercise, nearest};
use crate::exit::{Exit, Failure};
use crate::pipeline::{Comparison, Depth};
use crate::report::{Report, comparison_text, files, of_comparison, render, run_file};
use serde_json::json;

/// The object for a run that could not be made.
pub fn failure_json(failure: &Failure) -> serde_json::Value {
    json!({"verdict": failure.exit.verdict(), "exit": failure.exit as u8, "message": failure.message, "remedy": failure.remedy})
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
    Err(Failure::usage(format!("{} has no candidate {:?}", exercise.id, options.candidate)).remedy(format!(
        "{guess}cargo lab check {} --candidate NAME knows: {}",
        exercise.id,
        known.join(", ")
    )))
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
    let name = &comparison.names[candidate.arm];
    let prediction = record::prediction(context, exercise, name)?;
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
        let page = of_comparison(&context.course.root, exercise, comparison);
        let run = files::keep(&context.store, &exercise.id, &run_file(&report, &page)?)?;
        eprintln!("report: {}", render(&context.store, &run)?.display());
    }
    let depth = if comparison.latency.is_some() { Depth::Measure } else { Depth::Check };
    record::after(context, exercise, &report, name, depth)?;
    Ok(report.verdict.exit())
}
