//! What a service writes: standard error to its log, standard output to a file beside it.

use crate::exit::Failure;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

/// Lines of a service's last words.
const LAST_WORDS: usize = 12;
/// No more than this is read of a file to find its last lines.
const END_BYTES: u64 = 64 * 1024;

/// What a service has printed beside its ready line: by a `println!` in a learner's code, most likely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Lines.
    pub lines: usize,
    /// The last one.
    pub last: String,
    /// Where they all are.
    pub file: PathBuf,
}

/// The two files of one service.
#[derive(Debug)]
pub(super) struct Output {
    /// Its log.
    pub stderr: PathBuf,
    /// What it printed: `NAME.out` beside `NAME.log`.
    pub stdout: PathBuf,
}

impl Output {
    pub(super) fn of(log: PathBuf) -> Self {
        Self { stdout: log.with_extension("out"), stderr: log }
    }

    /// New files, standard output first.
    ///
    /// # Errors
    /// Exit 3.
    pub(super) fn create(&self) -> Result<(File, File), Failure> {
        let create = |path: &Path| File::create(path).map_err(Failure::file("created", path));
        Ok((create(&self.stdout)?, create(&self.stderr)?))
    }

    /// The rest of the first line it printed that starts so.
    pub(super) fn line_after(&self, start: &str) -> Option<String> {
        self.lines().find_map(|line| line.strip_prefix(start).map(str::to_owned))
    }

    /// What it has printed so far, without the lines that start so.
    pub(super) fn printed(&self, without: &str) -> Printed {
        let mut printed = Printed { file: self.stdout.clone(), ..Printed::default() };
        for line in self.lines().filter(|line| !line.starts_with(without)) {
            printed.lines += 1;
            printed.last = line;
        }
        printed
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let file = File::open(&self.stdout).ok().map(BufReader::new);
        let mut lines = file.into_iter().flat_map(|file| file.split(b'\n'));
        std::iter::from_fn(move || Some(String::from_utf8_lossy(&lines.next()?.ok()?).into_owned()))
    }

    /// The last lines of its log, or of what it printed where the log is empty; indented by two.
    pub(super) fn last_words(&self) -> String {
        let text =
            [&self.stderr, &self.stdout].map(|path| end_of(path)).into_iter().find(|text| !text.trim().is_empty());
        let text = text.unwrap_or_default();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let shown = match lines.iter().rposition(|line| line.contains("panicked at ")) {
            // The panic itself: under RUST_BACKTRACE a hundred lines follow it.
            Some(panic) => {
                let said = lines[panic..].iter().take(LAST_WORDS);
                said.copied().take_while(|line| !line.starts_with("stack backtrace")).collect()
            }
            None => lines[lines.len().saturating_sub(LAST_WORDS)..].to_vec(),
        };
        if shown.is_empty() { "  (none)".to_owned() } else { format!("  {}", shown.join("\n  ")) }
    }
}

fn end_of(path: &Path) -> String {
    let read = || {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(END_BYTES)))?;
        let mut bytes = Vec::new();
        file.take(END_BYTES).read_to_end(&mut bytes)?;
        std::io::Result::Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    read().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Output;

    #[test]
    fn of_a_panic_its_own_lines_are_quoted_and_not_the_backtrace() {
        let folder = tempfile::tempdir().unwrap();
        let output = Output::of(folder.path().join("log"));
        let trace: String = (0..90).map(|frame| format!("  {frame}: somewhere\n")).collect();
        let log = format!(
            "WARN slow\nthread 'main' panicked at yours.rs:7:9:\nmore hits than I thought\nstack backtrace:\n{trace}"
        );
        std::fs::write(&output.stderr, log).unwrap();
        assert_eq!(output.last_words(), "  thread 'main' panicked at yours.rs:7:9:\n  more hits than I thought");
        std::fs::write(&output.stderr, trace).unwrap();
        assert!(output.last_words().ends_with("  89: somewhere") && output.last_words().lines().count() == 12);
    }
}
