//! How a start tells what it is doing: one short line at a time, to whoever listens.

/// A listener for progress lines. Plain functions and closures fit: `&|line| eprintln!("{line}")`.
pub type Progress<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// Says nothing.
pub fn quiet(_line: &str) {}

/// Writes each line to standard error.
pub fn to_stderr(line: &str) {
    eprintln!("{line}");
}
