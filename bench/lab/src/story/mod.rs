//! A story: several settings of several seams in one interleaved run, set beside what the chapter tells.
//!
//! The chapter's milliseconds belong to its machine. Here the whole story is scaled to this one: the work costs what it costs,
//! and three declared delays are solved so that the chapter's five independent figures, the shares of the first stage and the
//! two ratios, come out as near as they can (`calibration`). Whether they come out, and all counts, are found by measuring.

mod aim;
mod calibration;
mod judge;
mod p95;
#[cfg(test)]
mod simulated;
mod slow;
mod solver;
mod stages;
mod table;

pub use calibration::Calibration;
pub use stages::{Told, tell};

use crate::commands::{self, Context};
use crate::exercise::Exercise;
use crate::exit::{Exit, Failure};
use crate::report::{files, of_story, render, run_file};

/// Prints the result, keeps the run and writes the page.
///
/// # Errors
/// Exit 3 when something cannot be written.
pub fn deliver(context: &Context, exercise: &Exercise, told: &Told) -> Result<Exit, Failure> {
    let text = table::text(exercise, told, context.terminal);
    let object = serde_json::to_string(&told.report).map_err(|error| Failure::unfit(error.to_string()))?;
    if context.json {
        eprint!("{text}");
        println!("{object}");
    } else {
        print!("{text}");
    }
    let page = of_story(&context.course.root, exercise, &told.counted, &told.latency);
    let run = files::keep(&context.store, &exercise.id, &run_file(&told.report, &page)?)?;
    eprintln!("report: {}", render(&context.store, &run)?.display());
    commands::told(context, exercise, told.report.verdict)?;
    Ok(told.report.verdict.exit())
}
