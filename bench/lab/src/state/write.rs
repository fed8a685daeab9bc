//! Writing a file in one piece.

use crate::exit::Failure;
use std::path::Path;

/// Writes a file by way of a temporary one beside it, so that a full disk or a crash never leaves half a file.
///
/// # Errors
/// Exit 3 on a full disk or a folder that may not be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let part = path.with_extension(format!("part-{}", std::process::id()));
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // Nothing to add to the error that is reported.
        let _ = std::fs::remove_file(&part);
    }
    written.map_err(Failure::file("written", path))
}
