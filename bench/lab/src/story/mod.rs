//! A story: several settings of several seams in one interleaved run, set beside what the chapter tells.
//!
//! The chapter's milliseconds belong to its machine. Here the whole story is scaled to this one: serialisation costs what it
//! costs, and the declared delays (distances, model time) are solved so that the first stage's time is divided as the chapter
//! says. So the first stage's shares are set; what the fixes then do is found by measuring.

mod calibration;
mod judge;
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
