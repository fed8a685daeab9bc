//! A small course in a temporary folder, with a state folder of its own, and the bench run in it as a program.

#![allow(dead_code, reason = "each test program uses its part")]

pub mod small;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The first exercise.
pub const LAMP: &str = r#"
id = "ch01-lamp"
title = "A lamp"
chapter = 1
service = "search"
needs = ["postgres"]
symptom = "It is dark in the evening, although nobody reports a broken bulb and the meter says that all current is there that one could wish for."
minutes = 5
reading = "Chapter 1"
[load]
rate_rps = 20
rounds = 2
slice_ms = 500
requests = [{ path = "/v1/search?q={term}" }]
terms = ["lamp"]
[predict]
of = "p95_ratio"
[[target]]
name = "db_queries_per_request"
max = 2
[[hint]]
text = "Look up."
[[hint]]
text = "Count the bulbs. How many are there, and how many would one expect in a room of this size?"
[[hint]]
text = "Screw one in."
[[trap]]
name = "candle"
misses = ["db_queries_per_request"]
why = "It burns."
"#;

/// An exercise whose subject is no ratio: errors while something hangs.
pub const BELL: &str = r#"
id = "ch10-bell"
title = "A bell"
chapter = 10
service = "search"
needs = ["postgres"]
symptom = "Nobody hears it."
minutes = 5
reading = "Chapter 10"
[load]
rate_rps = 20
rounds = 2
slice_ms = 500
requests = [{ path = "/", tag = "ring" }]
[[phase]]
name = "hang"
rate_rps = 10
seconds = 1
[predict]
of = "hang.ring.error_share"
[[target]]
name = "hang.ring.error_share"
max = 0
says = "visitors nobody hears, while the clapper hangs"
"#;

const STORY: &str = r#"
id = "ch01-evening"
title = "An evening in the dark"
chapter = 1
service = "search"
needs = ["postgres"]
symptom = "It became dark."
minutes = 20
reading = "Chapter 1"
[load]
rate_rps = 20
rounds = 2
slice_ms = 500
requests = [{ path = "/" }]
[story]
stages = [{ name = "as it was found", variants = "", p95_ms = 4, db_queries = [1, 2] }]
tolerance = { ratio = 0.1, share = 0.1 }
intended = {}
"#;

const README: &str =
    "# A lamp\n\nIt is *dark* in the `room`.\n\n## See it\n\n```\ncargo lab observe\n```\n\n- How dark?\n";

/// The course and its state folder. Cleared when dropped.
pub struct Workshop {
    folder: TempDir,
}

impl Workshop {
    /// A workspace without an exercise.
    pub fn bare() -> Self {
        let workshop = Self { folder: tempfile::Builder::new().prefix("workshop").tempdir().unwrap() };
        workshop.write("Cargo.toml", "[workspace]\n");
        workshop
    }

    /// One story and two exercises.
    pub fn new() -> Self {
        let workshop = Self::bare();
        workshop.write("exercises/ch01-evening/exercise.toml", STORY);
        workshop.write("exercises/ch01-evening/README.md", "# An evening in the dark\n");
        let clock =
            LAMP.replace("ch01-lamp", "ch02-clock").replace("A lamp", "A clock").replace("chapter = 1", "chapter = 2");
        workshop.exercise("ch01-lamp", LAMP);
        workshop.exercise("ch02-clock", &clock);
        workshop
    }

    /// 52 planted exercises in 14 chapters, and a learner who is part of the way through.
    pub fn fifty() -> Self {
        let workshop = Self::bare();
        let rows: Vec<toml::Table> = serde_json::from_str(include_str!("fifty.json")).unwrap();
        let rest: toml::Table = LAMP.parse().unwrap();
        for mut row in rows {
            let id = row["id"].as_str().unwrap().to_owned();
            for (key, value) in &rest {
                row.entry(key.as_str()).or_insert_with(|| value.clone());
            }
            workshop.exercise(&id, &row.to_string());
        }
        workshop.remember(include_str!("fifty-state.toml"));
        workshop
    }

    /// Adds an exercise: its settings, a text, and sources.
    pub fn exercise(&self, id: &str, settings: &str) {
        self.write(&format!("exercises/{id}/exercise.toml"), settings);
        self.write(&format!("exercises/{id}/README.md"), README);
        for (file, code) in [("flawed", "slow"), ("yours", "slow"), ("fixed", "quick")] {
            self.write(&format!("exercises/{id}/src/{file}.rs"), &format!("fn {code}() {{}}\n"));
        }
    }

    /// The course's folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The learner's file.
    pub fn yours(&self) -> PathBuf {
        self.root().join("exercises/ch01-lamp/src/yours.rs")
    }

    /// Writes a file of the course.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A file of the course.
    pub fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap()
    }

    /// Sets the record of the progress.
    pub fn remember(&self, state: &str) {
        self.write("state/state.toml", state);
    }

    /// The record of the progress.
    pub fn state(&self) -> String {
        self.text("state/state.toml")
    }

    /// The bench, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
        command.args(arguments).current_dir(self.root()).stdin(Stdio::null());
        for name in ["WORKSHOP_ROOT", "WORKSHOP_STACK", "DATABASE_URL", "REDIS_URL", "AMQP_URL", "VARIANTS", "CARGO"] {
            command.env_remove(name);
        }
        command.env("WORKSHOP_STATE", self.root().join("state"));
        command
    }

    /// What the bench says.
    pub fn lab(&self, arguments: &[&str]) -> Said {
        Said::of(&self.command(arguments).output().unwrap())
    }

    /// The same as a page of a snapshot: command, outputs, exit code; without this machine's folder and clock.
    pub fn page(&self, arguments: &[&str]) -> String {
        let said = self.lab(arguments);
        let mut page = format!("$ cargo lab {}\n{}", arguments.join(" "), said.out);
        if !said.err.is_empty() {
            page.push_str(&format!("[standard error]\n{}", said.err));
        }
        page.push_str(&format!("[exit {}]\n\n", said.code.unwrap_or(-1)));
        let root = self.root().canonicalize().unwrap();
        let page = page.replace(&root.display().to_string(), "[workshop]");
        without_clock(&page.replace(&self.root().display().to_string(), "[workshop]"))
    }
}

/// Instants and stamps are another each time.
fn without_clock(text: &str) -> String {
    let shapes = [("0000-00-00T00:00:00Z", "[time]"), ("00000000-000000", "[stamp]")];
    let mut text = text.to_owned();
    for (shape, word) in shapes {
        let fits = |part: &str| {
            let same =
                |(letter, model): (char, char)| if model == '0' { letter.is_ascii_digit() } else { letter == model };
            part.len() == shape.len() && part.chars().zip(shape.chars()).all(same)
        };
        let mut from = 0;
        while let Some(at) = (from..text.len()).find(|at| text.get(*at..at + shape.len()).is_some_and(fits)) {
            text.replace_range(at..at + shape.len(), word);
            from = at + word.len();
        }
    }
    text
}

/// Exit code and both outputs.
pub struct Said {
    /// The exit code.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// Of a process that ended.
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// It ended with this code and a message that has these parts.
    #[track_caller]
    pub fn refuses(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is missing in: {}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }

    /// It did what it was asked.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self
    }
}
