//! What becomes of a result: it is printed, kept as a run file with its page, remembered, and followed by the next step.
//!
//! Text, JSON and page are made from the value in memory; the run file is the same value on disk.

use super::remember::{prediction, save};
use super::{Experiment, Finished};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::pipeline::{Bench, Depth};
use crate::report::{Measured, PageData, Report, Run, comparison_text, files, of_comparison, of_story, render};
use crate::story;

/// Delivers it.
///
/// # Errors
/// Exit 3 when something cannot be written.
pub fn deliver(bench: &Bench<'_>, experiment: &Experiment<'_>, finished: Finished) -> Result<Exit, Failure> {
    let context = bench.context;
    let (run, text) = match finished {
        Finished::Seam(comparison) => {
            let candidate = &comparison.candidates[0];
            let prediction = prediction(context, experiment)?;
            let report = Report::of(experiment.exercise, &comparison, candidate, prediction.as_ref(), &bench.machine);
            let page = match comparison.latency {
                Some(_) => of_comparison(&context.course.root, experiment.exercise, &comparison),
                None => PageData::default(),
            };
            let text = comparison_text(experiment.exercise, &report, context.terminal);
            (Run { measured: Measured::Seam(Box::new(report)), page }, text)
        }
        Finished::Story(told) => {
            let page = of_story(&context.course.root, experiment.exercise, &told.counted, &told.latency);
            let text = story::text(experiment.exercise, &told, context.terminal);
            (Run { measured: Measured::Story(Box::new(told.report)), page }, text)
        }
    };
    print(context, &text, &run.measured)?;
    // A check keeps no run, nor does a measurement that ended before anything was timed.
    if experiment.depth() == Depth::Measure && run.rounds().is_some() {
        files::keep(&context.store, &run)?;
        eprintln!("report: {}", render(&context.store, &run)?.display());
    }
    save(context, experiment, &run)?;
    Ok(run.verdict().exit())
}

/// The text; with `--json` the object on standard output, and the text on standard error.
fn print(context: &Context, text: &str, measured: &Measured) -> Result<(), Failure> {
    let object = serde_json::to_string(measured).map_err(|error| Failure::unfit(error.to_string()))?;
    if context.json {
        eprint!("{text}");
        println!("{object}");
    } else {
        print!("{text}");
    }
    Ok(())
}
