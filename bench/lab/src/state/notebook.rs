//! The notebook: one page a measurement, the prediction beside the result.

use super::{Prediction, Store};
use crate::exit::Failure;
use std::io::Write as _;

/// What a page says.
pub struct Entry<'a> {
    /// The exercise.
    pub id: &'a str,
    /// What was measured against what.
    pub compared: String,
    /// pass, not_yet, ...
    pub verdict: &'a str,
    /// The measured p95 ratio, as text with its interval.
    pub ratio: String,
    /// The prediction, with its error in points.
    pub prediction: Option<(&'a Prediction, Option<f64>)>,
    /// The targets, one line each.
    pub targets: Vec<String>,
    /// When (RFC 3339).
    pub at: String,
}

/// Adds a page to `.lab/notebook.md`.
///
/// # Errors
/// Exit 3 when it cannot be written.
pub fn append(store: &Store, entry: &Entry<'_>) -> Result<(), Failure> {
    let mut page = format!("## {} · {}\n\n{}: **{}**\n\n", entry.at, entry.id, entry.compared, entry.verdict);
    match &entry.prediction {
        Some((prediction, error)) => {
            page.push_str(&format!("- predicted p95 ratio {:.2}", prediction.p95_ratio));
            if !prediction.because.is_empty() {
                page.push_str(&format!(", because {}", prediction.because));
            }
            if let Some(points) = error {
                page.push_str(&format!("; off by {points:.1} points"));
            }
            page.push('\n');
        }
        None => page.push_str("- no prediction was written down\n"),
    }
    page.push_str(&format!("- measured p95 ratio {}\n", entry.ratio));
    for target in &entry.targets {
        page.push_str(&format!("- {target}\n"));
    }
    page.push('\n');
    let path = store.folder().join("notebook.md");
    std::fs::File::options()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(page.as_bytes()))
        .map_err(Failure::file("written", &path))
}
