//! What a run leaves: one JSON object, a table for people, a run file, and one HTML page made from that file alone.

pub mod assets;
pub mod files;
mod gather;
mod json;
mod page;
mod run;
mod text;

pub use gather::{commit, of_comparison, of_story, run_file};
pub use json::{ArmReport, LatencyMs, Report, Scored, StoryReport};
pub use page::{badge, chart, html, interval, label, percent, rank};
pub use run::{Arm, Run};
pub use text::{bars, comparison_text, label as count_label, number, placebo_line, right, worth_showing};

use crate::exit::Failure;
use crate::state::{Store, write};
use std::path::{Path, PathBuf};

/// Renders a run file into `.lab/reports/<exercise>.html`; gives that path.
///
/// # Errors
/// Exit 2 when the file is no run, 3 when the page cannot be written.
pub fn render(store: &Store, run: &Path) -> Result<PathBuf, Failure> {
    let read = files::read(run)?;
    // The name comes from a file that anybody may have edited: it must not lead out of the folder.
    let name: String =
        read.exercise.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let path = store.sub("reports")?.join(format!("{name}.html"));
    write(&path, html(&read, None).as_bytes())?;
    Ok(path)
}

#[cfg(test)]
mod tests;
