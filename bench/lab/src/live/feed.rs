//! The file of the feed. It never ends a run: where it cannot be written, nothing is.

use super::Event;
use crate::clock;
use crate::exit::{Exit, Failure};
use crate::machine::CpuTimes;
use serde::Serialize;
use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Beyond this the file starts anew: a forgotten `watch` must not fill the disk.
const LARGEST: u64 = 16 << 20;

/// Writes events. Clones write to the same file.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    open: Option<Arc<Mutex<Open>>>,
}

#[derive(Debug)]
struct Open {
    file: File,
    command: String,
    exercise: String,
    begin: Instant,
    cpu: CpuTimes,
}

/// An event and when it was.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    event: Event<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    t_s: Option<f64>,
}

impl Feed {
    /// Writes nothing: for commands that measure nothing, and for tests.
    pub fn silent() -> Self {
        Self::default()
    }

    /// Empties `live/events.ndjson` in the state folder and says that `command` starts.
    /// Only whoever holds the bench's lock may do so.
    pub fn open(state: &Path, command: &str) -> Self {
        let folder = state.join("live");
        let file = std::fs::create_dir_all(&folder)
            .and_then(|()| File::options().create(true).truncate(true).write(true).open(folder.join("events.ndjson")));
        let Ok(file) = file else { return Self::silent() };
        let (command, exercise) = split(command);
        let (command, exercise) = (command.to_owned(), exercise.to_owned());
        let open = Open { file, command, exercise, begin: Instant::now(), cpu: CpuTimes::now() };
        let feed = Self { open: Some(Arc::new(Mutex::new(open))) };
        feed.start(None, &[]);
        feed
    }

    /// A run begins, and these are its arms; of `exercise`, where the command is about several.
    pub fn start(&self, exercise: Option<&str>, arms: &[&str]) {
        self.with(|open| {
            if let Some(exercise) = exercise {
                exercise.clone_into(&mut open.exercise);
            }
            let (command, exercise) = (open.command.clone(), open.exercise.clone());
            let (at, pid) = (clock::now(), std::process::id());
            open.write(Event::Start { command: &command, exercise: &exercise, arms: arms.to_vec(), at, pid }, None);
        });
    }

    /// Empties the file and starts again: another run of a command that goes on for hours.
    pub fn again(&self, exercise: &str, arms: &[&str]) {
        self.with(|open| {
            open.empty();
            (open.begin, open.cpu) = (Instant::now(), CpuTimes::now());
        });
        self.start(Some(exercise), arms);
    }

    /// Says what happens now.
    pub fn step(&self, text: &str) {
        self.write(Event::Step { text });
    }

    /// Any event but `start`.
    pub fn write(&self, event: Event<'_>) {
        self.with(|open| {
            let seconds = (open.begin.elapsed().as_secs_f64() * 1e3).round() / 1e3;
            open.write(event, Some(seconds));
        });
    }

    /// The last event, from what a command ends with.
    pub fn end(&self, result: Result<Exit, &Failure>) {
        let (exit, message) = match result {
            Ok(exit) => (exit, None),
            Err(failure) => (failure.exit, Some(failure.message.as_str())),
        };
        // Of `watch` every run has said its own verdict before.
        let judged = !self.command().is_some_and(|command| command == "observe" || command == "watch");
        let verdict = match exit {
            Exit::Pass if !judged => "done",
            Exit::Interrupted => "interrupted",
            exit => exit.verdict(),
        };
        self.write(Event::End { verdict, exit: exit as u8, message });
    }

    /// The command that writes; `None` for a silent feed.
    pub fn command(&self) -> Option<String> {
        self.with(|open| open.command.clone())
    }

    /// Share of all cores busy since the last time this was asked.
    pub fn busy(&self) -> f64 {
        let busy = self.with(|open| {
            let now = CpuTimes::now();
            let busy = now.busy_since(&open.cpu);
            open.cpu = now;
            (busy * 1e3).round() / 1e3
        });
        busy.unwrap_or_default()
    }

    fn with<T>(&self, work: impl FnOnce(&mut Open) -> T) -> Option<T> {
        let open = self.open.as_ref()?;
        Some(work(&mut open.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Open {
    /// One write a line, so that a reader never sees the halves of two. A full disk loses lines, not the run.
    fn write(&mut self, event: Event<'_>, t_s: Option<f64>) {
        let Ok(mut line) = serde_json::to_vec(&Line { event, t_s }) else { return };
        line.push(b'\n');
        if self.file.stream_position().is_ok_and(|length| length > LARGEST) {
            self.empty();
        }
        let _ = self.file.write_all(&line);
    }

    fn empty(&mut self) {
        let _ = self.file.set_len(0).and_then(|()| self.file.rewind());
    }
}

/// `measure ch01-x --candidate yours` is the command `measure` about `ch01-x`; `dev check a b` is about none alone.
fn split(command: &str) -> (&str, &str) {
    let end = |words: usize| command.match_indices(' ').nth(words - 1).map_or(command.len(), |(at, _)| at);
    let end = end(if command.starts_with("dev ") { 2 } else { 1 });
    let mut rest = command[end..].split_whitespace();
    match (rest.next(), rest.next()) {
        (Some(exercise), None) => (&command[..end], exercise),
        (Some(exercise), Some(option)) if option.starts_with("--") => (&command[..end], exercise),
        _ => (&command[..end], ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn lines(state: &Path) -> Vec<Value> {
        let text = std::fs::read_to_string(state.join("live/events.ndjson")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_run_is_one_object_a_line_from_start_to_end() {
        let folder = tempfile::tempdir().unwrap();
        let feed = Feed::open(folder.path(), "measure ch01-lamp --candidate yours");
        feed.step("building search");
        feed.start(None, &["flawed", "yours"]);
        feed.write(Event::Counts { arm: "yours", counts: &[("body_bytes".to_owned(), 2.0)].into() });
        feed.end(Err(&Failure::unfit("no disk")));
        let lines = lines(folder.path());
        let events: Vec<&str> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
        assert_eq!(events, ["start", "step", "start", "counts", "end"]);
        assert_eq!(lines[2]["arms"], serde_json::json!(["flawed", "yours"]));
        assert_eq!((lines[2]["command"].as_str(), lines[2]["exercise"].as_str()), (Some("measure"), Some("ch01-lamp")));
        assert_eq!((lines[4]["verdict"].as_str(), lines[4]["exit"].as_u64()), (Some("unfit"), Some(3)));
        assert_eq!(lines[4]["message"], "no disk");
        assert!(lines[1]["t_s"].is_number() && lines[0]["t_s"].is_null());
    }

    #[test]
    fn another_run_empties_the_file_and_so_does_another_command() {
        let folder = tempfile::tempdir().unwrap();
        let feed = Feed::open(folder.path(), "watch ch01-lamp");
        feed.step("one");
        feed.again("ch01-lamp", &["flawed", "yours"]);
        assert_eq!(lines(folder.path()).len(), 1);
        feed.step("two");
        assert_eq!(lines(folder.path()).len(), 2);
        drop(Feed::open(folder.path(), "observe ch01-lamp"));
        assert_eq!(lines(folder.path())[0]["command"], "observe");
    }

    #[test]
    fn a_feed_that_cannot_be_written_is_silent() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("live"), "a file where the folder should be").unwrap();
        let feed = Feed::open(folder.path(), "check ch01-lamp");
        feed.step("nobody hears this");
        feed.end(Ok(Exit::Pass));
        assert_eq!(feed.command(), None);
    }

    #[test]
    fn the_exercise_is_read_from_the_command_where_it_is_one_alone() {
        assert_eq!(split("measure ch01-x --candidate trap:index"), ("measure", "ch01-x"));
        assert_eq!(split("dev check ch01-x"), ("dev check", "ch01-x"));
        assert_eq!(split("dev check ch01-x ch01-y"), ("dev check", ""));
        assert_eq!(split("dev check "), ("dev check", ""));
        assert_eq!(split("watch"), ("watch", ""));
    }
}
