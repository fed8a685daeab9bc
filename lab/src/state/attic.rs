//! The attic: what a learner wrote is never thrown away, only put aside.

use super::{Store, write};
use crate::exit::Failure;
use std::path::{Path, PathBuf};

/// Copies `file` to `.lab/attic/<id>/<time>-<name>` and returns that path.
///
/// # Errors
/// Exit 3 when it cannot be read or written; then nothing else may happen to the file.
pub fn keep(store: &Store, id: &str, file: &Path, time: &str) -> Result<PathBuf, Failure> {
    let folder = store.sub(&format!("attic/{id}"))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut kept = folder.join(format!("{time}-{name}"));
    let mut again = 1;
    while kept.exists() {
        again += 1;
        kept = folder.join(format!("{time}-{again}-{name}"));
    }
    let work = std::fs::read(file).map_err(Failure::file("read", file))?;
    write(&kept, &work)?;
    Ok(kept)
}
