//! What a run leaves: a table for people, and a run file of which one HTML page is made.

pub mod assets;
pub mod files;
mod gather;
mod latency_words;
mod page;
mod run;
mod text;

pub use crate::exercise::number;
pub use gather::{commit, of_comparison, of_latency, of_story};
pub use latency_words::{placebo_line, said};
pub use page::{badge, chart, html, interval};
pub use run::{ArmReport, LatencyMs, Measured, NotJudged, PageData, Report, Run, Scored, StoryReport};
pub use text::{bars, comparison_text, right, worth_showing};

use crate::exit::Failure;
use crate::state::{Store, write};
use std::path::PathBuf;

/// Renders a run into `.lab/reports/<exercise>.html`; gives that path.
///
/// # Errors
/// Exit 3 when the page cannot be written.
pub fn render(store: &Store, run: &Run) -> Result<PathBuf, Failure> {
    // The name comes from a file that anybody may have edited: it must not lead out of the folder.
    let name: String =
        run.exercise().chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let path = store.sub("reports")?.join(format!("{name}.html"));
    write(&path, html(run, None).as_bytes())?;
    Ok(path)
}

#[cfg(test)]
mod tests;
