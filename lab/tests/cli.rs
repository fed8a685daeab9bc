//! The command line from outside: bad input gives one clear message and the documented exit code.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A course of one exercise, and a state folder of its own. Cleared when dropped.
struct Workshop {
    folder: TempDir,
}

const EXERCISE: &str = r#"
id = "ch01-lamp"
title = "A lamp"
chapter = 1
service = "search"
needs = ["postgres"]
symptom = "It is dark."
minutes = 5
reading = "Chapter 1"
[load]
rate_rps = 20
rounds = 2
slice_ms = 500
requests = [{ path = "/v1/search?q={term}" }]
terms = ["lamp"]
[[hint]]
text = "Look up."
[[trap]]
name = "candle"
misses = ["p95_ratio"]
why = "It burns."
"#;

impl Workshop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workshop = Self { folder };
        let source = workshop.root().join("exercises/ch01-lamp/src");
        std::fs::create_dir_all(&source).unwrap();
        std::fs::write(workshop.root().join("Cargo.toml"), "[workspace]\n").unwrap();
        std::fs::write(workshop.root().join("exercises/ch01-lamp/exercise.toml"), EXERCISE).unwrap();
        std::fs::write(workshop.root().join("exercises/ch01-lamp/README.md"), "# A lamp\n").unwrap();
        for (file, text) in [("flawed", "fn slow() {}\n"), ("yours", "fn slow() {}\n"), ("fixed", "fn quick() {}\n")] {
            std::fs::write(source.join(format!("{file}.rs")), text).unwrap();
        }
        workshop
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn yours(&self) -> PathBuf {
        self.root().join("exercises/ch01-lamp/src/yours.rs")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
        command.args(arguments).current_dir(self.root());
        for name in ["WORKSHOP_ROOT", "WORKSHOP_STACK", "DATABASE_URL", "REDIS_URL", "AMQP_URL", "VARIANTS", "CARGO"] {
            command.env_remove(name);
        }
        command.env("WORKSHOP_STATE", self.root().join("state"));
        command
    }

    fn lab(&self, arguments: &[&str]) -> Said {
        Said::of(&self.command(arguments).output().unwrap())
    }
}

/// Exit code and both outputs.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    #[track_caller]
    fn refuses(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is missing in: {}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

#[test]
fn an_unknown_exercise_is_a_usage_error_with_the_nearest_name() {
    let workshop = Workshop::new();
    for arguments in
        [&["task", "ch01-lam"][..], &["measure", "ch01-lam"], &["dev", "check", "ch01-lam"], &["start", "ch01-lam"]]
    {
        workshop.lab(arguments).refuses(2, &["no exercise \"ch01-lam\"", "did you mean ch01-lamp"]);
    }
}

#[test]
fn an_unknown_candidate_is_a_usage_error_with_those_there_are() {
    let said = Workshop::new().lab(&["check", "ch01-lamp", "--candidate", "trap:candel"]);
    said.refuses(2, &["no candidate \"trap:candel\"", "did you mean trap:candle", "yours, fixed, trap:candle"]);
}

#[test]
fn an_unknown_command_or_number_is_a_usage_error() {
    let workshop = Workshop::new();
    workshop.lab(&["mesure"]).refuses(2, &["measure"]);
    workshop.lab(&["predict", "ch01-lamp", "--p95-ratio", "much"]).refuses(2, &["much"]);
    workshop.lab(&["predict", "ch01-lamp", "--p95-ratio", "-1"]).refuses(2, &[]);
    workshop.lab(&["hint", "--id", "ch01-lamp", "2"]).refuses(2, &["1 hints", "no hint 2"]);
    workshop.lab(&["task"]).refuses(2, &["none is current"]);
}

#[test]
fn a_wrong_setting_of_variants_is_refused_before_anything_starts() {
    let said = Workshop::new().lab(&["up", "--variants", "ch99-nothing=fixed", "--port", "0"]);
    said.refuses(2, &["ch99-nothing", "known seams"]);
}

#[test]
fn a_taken_port_is_named_before_anything_is_built() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    Workshop::new().lab(&["up", "--port", &port]).refuses(3, &[&port, "cargo lab up --port"]);
}

#[test]
fn an_exercise_file_with_an_unknown_key_is_refused_with_its_line() {
    let workshop = Workshop::new();
    let path = workshop.root().join("exercises/ch01-lamp/exercise.toml");
    std::fs::write(&path, EXERCISE.replace("rounds = 2", "rounds = 2\nwarmup = 3")).unwrap();
    workshop.lab(&["list"]).refuses(2, &["exercise.toml", "warmup"]);
}

#[test]
fn outside_of_a_workshop_the_message_says_where_to_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Workshop::new().command(&["list"]);
    let said = Said::of(&command.current_dir(folder.path()).output().unwrap());
    said.refuses(3, &["no workshop above", "inside the cloned repository"]);
}

#[test]
fn a_state_folder_that_cannot_be_written_is_named() {
    let workshop = Workshop::new();
    std::fs::write(workshop.root().join("file"), "").unwrap();
    let mut command = workshop.command(&["start", "ch01-lamp"]);
    let said = Said::of(&command.env("WORKSHOP_STATE", workshop.root().join("file/state")).output().unwrap());
    said.refuses(3, &["file/state", "WORKSHOP_STATE"]);
}

#[test]
fn measuring_what_was_not_changed_says_so() {
    let workshop = Workshop::new();
    workshop.lab(&["measure", "ch01-lamp"]).refuses(1, &["identical to the flawed version"]);
}

#[test]
fn a_failure_is_also_one_json_object_on_standard_output() {
    let said = Workshop::new().lab(&["--json", "measure", "ch01-lam"]);
    assert_eq!(said.code, Some(2));
    let object: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(object["verdict"], "unfit");
    assert!(object["message"].as_str().unwrap().contains("ch01-lam"));
}

#[test]
fn a_yours_that_does_not_compile_ends_with_exit_3_and_offers_to_reset() {
    let workshop = Workshop::new();
    std::fs::write(workshop.yours(), "fn slow( {}\n").unwrap();
    let cargo = workshop.root().join("cargo");
    let line = r#"{"reason":"compiler-message","message":{"level":"error","message":"expected pattern","rendered":"error: expected pattern","spans":[{"file_name":"exercises/ch01-lamp/src/yours.rs","line_start":1,"column_start":10,"is_primary":true}]}}"#;
    std::fs::write(&cargo, format!("#!/bin/sh\necho '{line}'\nexit 101\n")).unwrap();
    std::fs::set_permissions(&cargo, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let said = Said::of(&workshop.command(&["check", "ch01-lamp"]).env("CARGO", &cargo).output().unwrap());
    said.refuses(3, &["exercises/ch01-lamp/src/yours.rs:1:10", "expected pattern", "cargo lab reset ch01-lamp"]);
}

#[test]
fn reset_keeps_the_work_and_restores_the_file() {
    let workshop = Workshop::new();
    std::fs::write(workshop.yours(), "fn mine() {}\n").unwrap();
    let said = workshop.lab(&["reset", "ch01-lamp"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(std::fs::read_to_string(workshop.yours()).unwrap(), "fn slow() {}\n");
    let attic = workshop.root().join("state/attic/ch01-lamp");
    let kept = std::fs::read_dir(attic).unwrap().next().unwrap().unwrap().path();
    assert_eq!(std::fs::read_to_string(kept).unwrap(), "fn mine() {}\n");
    assert!(said.out.contains("to undo"), "{}", said.out);
}

#[test]
fn the_solution_is_free_after_passing_and_recorded_before() {
    let workshop = Workshop::new();
    workshop.lab(&["solution", "ch01-lamp", "--diff"]).refuses(1, &["not passed", "--reveal"]);
    let said = workshop.lab(&["solution", "ch01-lamp", "--diff", "--reveal"]);
    assert!(said.out.contains("-fn slow() {}") && said.out.contains("+fn quick() {}"), "{}", said.out);
    let state = std::fs::read_to_string(workshop.root().join("state/state.toml")).unwrap();
    assert!(state.contains("revealed = true"), "{state}");
}

#[test]
fn the_current_exercise_is_what_commands_without_an_id_mean() {
    let workshop = Workshop::new();
    assert_eq!(workshop.lab(&["start", "ch01-lamp"]).code, Some(0));
    insta::assert_snapshot!(workshop.lab(&[]).out, @r#"
    0 of 1 exercises passed
    current: ch01-lamp  A lamp
      It is dark.
      change exercises/ch01-lamp/src/yours.rs, then
      task · observe · predict --p95-ratio 0.6 --because "…" · check · measure · hint · solution --diff · list
    "#);
    assert!(workshop.lab(&["task"]).out.starts_with("# A lamp"));
    assert_eq!(workshop.lab(&["hint"]).out, "hint 1 of 1: Look up.\n");
    let said = workshop.lab(&["--json", "list"]);
    let listed: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(listed["exercises"][0]["hints"], 1);
}

#[test]
fn a_prediction_is_written_down() {
    let workshop = Workshop::new();
    let said = workshop.lab(&["predict", "ch01-lamp", "--p95-ratio", "0.65", "--because", "one query less"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let state = std::fs::read_to_string(workshop.root().join("state/state.toml")).unwrap();
    assert!(state.contains("p95_ratio = 0.65") && state.contains("one query less"), "{state}");
}
