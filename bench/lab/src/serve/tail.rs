//! Reads a file that another process appends to, and begins again when it was begun again.

use rustix::process::{Pid, test_kill_process};
use serde_json::Value;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// How often to look: a slice takes most of a second.
const LOOK: Duration = Duration::from_millis(150);

/// What is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Another run was begun: forget what was said before.
    Reset,
    /// A whole line, without its end.
    Line(String),
    /// The run's process is gone, and there was no end.
    Gone,
}

/// A place in the file.
pub(super) struct Tail {
    path: PathBuf,
    changed: Option<(u64, SystemTime)>,
    first: String,
    read: usize,
    start: Option<Value>,
    /// The run has ended, by its own word or because its process is gone.
    over: bool,
    waiting: VecDeque<Said>,
}

impl Tail {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, changed: None, first: String::new(), read: 0, start: None, over: false, waiting: VecDeque::new() }
    }

    /// What comes next; waits for it.
    pub(super) async fn next(&mut self) -> Said {
        loop {
            if let Some(said) = self.waiting.pop_front() {
                return said;
            }
            self.look().await;
            if self.waiting.is_empty() {
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    /// The `start` event of the run.
    pub(super) fn start(&self) -> Option<&Value> {
        self.start.as_ref()
    }

    /// Whether the run has not ended.
    pub(super) fn is_running(&self) -> bool {
        self.start.is_some() && !self.over
    }

    /// Takes in what was added. A file that cannot be read is as one that is not there yet.
    pub(super) async fn look(&mut self) {
        let Ok(metadata) = tokio::fs::metadata(&self.path).await else { return };
        let now = (metadata.len(), metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH));
        if self.changed != Some(now) {
            // A run writes some ten kilobytes: reading all of it is simpler than keeping a place in it.
            let Ok(text) = tokio::fs::read_to_string(&self.path).await else { return };
            self.changed = Some(now);
            self.take(&text);
        }
        if self.is_running() && !self.is_alive() {
            self.over = true;
            self.waiting.push_back(Said::Gone);
        }
    }

    fn take(&mut self, text: &str) {
        // The last line may not be whole yet.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let first = text[..whole].lines().next().unwrap_or_default();
        if first != self.first || text.get(self.read..whole).is_none() {
            (self.read, self.start, self.over) = (0, None, false);
            self.first = first.to_owned();
            self.waiting.push_back(Said::Reset);
        }
        for line in text[self.read..whole].lines().filter(|line| !line.trim().is_empty()) {
            let event: Value = serde_json::from_str(line).unwrap_or_default();
            match event["event"].as_str() {
                Some("start") => (self.start, self.over) = (Some(event), false),
                Some("end") => self.over = true,
                _ => {}
            }
            self.waiting.push_back(Said::Line(line.to_owned()));
        }
        self.read = whole;
    }

    fn is_alive(&self) -> bool {
        let pid = self.start.as_ref().and_then(|start| start["pid"].as_i64()).and_then(|pid| i32::try_from(pid).ok());
        // Another user's process is alive too: only "no such process" says that it is gone.
        pid.and_then(Pid::from_raw).is_none_or(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Feed {
        folder: tempfile::TempDir,
    }

    impl Feed {
        fn new() -> Self {
            Self { folder: tempfile::tempdir().unwrap() }
        }

        fn write(&self, text: &str) {
            std::fs::write(self.path(), text).unwrap();
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join("events.ndjson")
        }
    }

    async fn all(tail: &mut Tail) -> Vec<Said> {
        tail.look().await;
        tail.waiting.drain(..).collect()
    }

    fn start(pid: u32) -> String {
        format!("{{\"event\":\"start\",\"command\":\"measure\",\"pid\":{pid}}}\n")
    }

    #[tokio::test]
    async fn whole_lines_are_said_once_and_half_a_line_waits_for_its_rest() {
        let feed = Feed::new();
        let mut tail = Tail::new(feed.path());
        assert_eq!(all(&mut tail).await, []);
        let begin = start(std::process::id());
        feed.write(&format!("{begin}{{\"event\":\"st"));
        assert_eq!(all(&mut tail).await, [Said::Reset, Said::Line(begin.trim().to_owned())]);
        feed.write(&format!("{begin}{{\"event\":\"step\"}}\n"));
        assert_eq!(all(&mut tail).await, [Said::Line(r#"{"event":"step"}"#.to_owned())]);
        assert_eq!(all(&mut tail).await, []);
        assert!(tail.is_running());
    }

    #[tokio::test]
    async fn another_run_begins_anew_even_when_its_file_is_longer() {
        let feed = Feed::new();
        let mut tail = Tail::new(feed.path());
        feed.write(&format!("{}{{\"event\":\"end\"}}\n", start(std::process::id())));
        all(&mut tail).await;
        assert!(!tail.is_running());
        let second = format!(
            "{}{{\"event\":\"a\"}}\n{{\"event\":\"b\"}}\n",
            start(std::process::id()).replace("measure", "observe")
        );
        feed.write(&second);
        let said = all(&mut tail).await;
        assert_eq!((said.len(), &said[0]), (4, &Said::Reset), "{said:?}");
        assert!(tail.is_running());
    }

    #[tokio::test]
    async fn a_run_whose_process_was_killed_is_said_to_be_gone_once() {
        let feed = Feed::new();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        feed.write(&start(child.id()));
        let mut tail = Tail::new(feed.path());
        assert_eq!(all(&mut tail).await.last(), Some(&Said::Gone));
        assert_eq!(all(&mut tail).await, []);
        assert!(!tail.is_running());
    }
}
