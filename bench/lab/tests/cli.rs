//! The command line from outside: bad input gives one clear message and the documented exit code.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod workshop;

use serde_json::Value;
use workshop::{LAMP, Said, Workshop};

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
    workshop.lab(&["hint", "--id", "ch01-lamp", "4"]).refuses(2, &["3 hints", "no hint 4"]);
    workshop
        .lab(&["predict", "ch01-lamp", "--p95-ratio", "0.5", "--count", "db_querys_per_request=1"])
        .refuses(2, &["did you mean db_queries_per_request"]);
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
    std::fs::write(&path, LAMP.replace("rounds = 2", "rounds = 2\nwarmup = 3")).unwrap();
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
fn the_solution_is_free_after_passing_and_recorded_before() {
    let workshop = Workshop::new();
    workshop.lab(&["solution", "ch01-lamp", "--diff"]).refuses(1, &["not passed", "--reveal"]);
    let said = workshop.lab(&["solution", "ch01-lamp", "--diff", "--reveal"]);
    assert!(said.out.contains("-fn slow() {}") && said.out.contains("+fn quick() {}"), "{}", said.out);
    let state = std::fs::read_to_string(workshop.root().join("state/state.toml")).unwrap();
    assert!(state.contains("revealed = true"), "{state}");
}
