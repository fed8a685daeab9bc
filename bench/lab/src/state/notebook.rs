//! The notebook: one page a measurement, the prediction beside the result.

use super::Store;
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
    /// What was measured of the number that is predicted, in words.
    pub measured: String,
    /// The prediction and its score, in words.
    pub prediction: Option<String>,
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
    let prediction = entry.prediction.as_deref().unwrap_or("no prediction was written down");
    page.push_str(&format!("- {prediction}\n- measured: {}\n", entry.measured));
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
