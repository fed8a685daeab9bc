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
fn an_exercise_file_with_an_unknown_key_is_refused_with_its_line_and_stops_only_itself() {
    let workshop = Workshop::new();
    let path = workshop.root().join("exercises/ch01-lamp/exercise.toml");
    std::fs::write(&path, LAMP.replace("rounds = 2", "rounds = 2\nwarmup = 3")).unwrap();
    for arguments in [&["task", "ch01-lamp"][..], &["dev", "check", "ch01-lamp"]] {
        workshop.lab(arguments).refuses(2, &["exercises/ch01-lamp", "exercise.toml:13", "warmup", "expected one of"]);
    }
    let said = workshop.lab(&["list"]).succeeds();
    assert!(
        said.err.contains("exercises/ch01-lamp is left out: exercise.toml:13: unknown field `warmup`"),
        "{}",
        said.err
    );
    assert!(said.out.contains("ch02-clock") && !said.out.contains("ch01-lamp"), "{}", said.out);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
}

#[test]
fn a_copy_and_an_empty_folder_are_named_and_stop_only_themselves() {
    let workshop = Workshop::new();
    workshop.exercise("ch01-lamp.bak", LAMP);
    std::fs::create_dir(workshop.root().join("exercises/ch09-empty")).unwrap();
    let said = workshop.lab(&["--json", "list"]).succeeds();
    let listed: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(listed["exercises"].as_array().unwrap().len(), 3);
    for part in
        ["exercises/ch01-lamp.bak is left out", "a copy of exercises/ch01-lamp", "exercises/ch09-empty is left out"]
    {
        assert!(said.err.contains(part), "{part:?} is missing in: {}", said.err);
    }
    workshop.lab(&["dev", "check", "ch01-lamp.bak"]).refuses(2, &["its id is \"ch01-lamp\"", "remove the folder"]);
    workshop.lab(&["dev", "check", "ch09-empty"]).refuses(2, &["no exercise.toml", "remove the folder"]);
}

/// The real workspace, with a copy, an empty folder and a broken manifest beside its exercises.
#[test]
fn no_cargo_command_looks_at_a_folder_that_nobody_depends_on() {
    let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let workshop = Workshop::bare();
    for file in ["Cargo.toml", "Cargo.lock"] {
        std::fs::copy(repository.join(file), workshop.root().join(file)).unwrap();
    }
    for group in ["services", "shared", "bench", "exercises", "tests"] {
        std::fs::create_dir(workshop.root().join(group)).unwrap();
        for entry in std::fs::read_dir(repository.join(group)).unwrap() {
            let entry = entry.unwrap();
            let link = workshop.root().join(group).join(entry.file_name());
            std::os::unix::fs::symlink(entry.path(), link).unwrap();
        }
    }
    let original = repository.join("exercises/ch01-related-products");
    std::os::unix::fs::symlink(original, workshop.root().join("exercises/ch01-related-products.bak")).unwrap();
    std::fs::create_dir(workshop.root().join("exercises/ch09-empty")).unwrap();
    workshop.write("exercises/ch09-torn/Cargo.toml", "[package\n");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = std::process::Command::new(cargo);
    command.args(["metadata", "--offline", "--no-deps", "--format-version", "1"]).current_dir(workshop.root());
    let said = Said::of(&command.output().unwrap()).succeeds();
    let metadata: Value = serde_json::from_str(&said.out).unwrap();
    let names = metadata["packages"].as_array().unwrap().iter().filter_map(|package| package["name"].as_str());
    let exercises: Vec<&str> = names.filter(|name| name.starts_with("ch")).collect();
    let known: Vec<&str> = variant::SEAMS.iter().map(|seam| seam.id).collect();
    assert!(known.iter().all(|id| exercises.contains(id)), "{exercises:?}");
}

#[test]
fn an_old_id_is_answered_with_the_new_one() {
    let workshop = Workshop::new();
    let pages = LAMP.replace("ch01-lamp", "ch06-product-pages");
    workshop.exercise("ch06-product-pages", &pages);
    for arguments in [&["start", "ch06-stampede"][..], &["measure", "ch06-stampede"], &["hint", "1", "ch06-stampede"]] {
        workshop.lab(arguments).refuses(2, &["ch06-stampede is now ch06-product-pages"]);
    }
    let said = workshop.lab(&["up", "--variants", "ch06-stampede=fixed", "--port", "0"]);
    said.refuses(2, &["ch06-stampede is now ch06-product-pages"]);
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

#[test]
fn a_reader_that_went_away_and_a_full_device_are_no_panics() {
    let workshop = Workshop::new();
    let commands: [(&[&str], i32); 5] = [
        (&["list"], 0),
        (&["--json", "list"], 0),
        (&["task", "ch01-lamp"], 0),
        (&["--json", "check", "nope"], 2),
        (&["--json", "mesure"], 2),
    ];
    for (arguments, code) in commands {
        // Nobody reads any more before the first word.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let said = Said::of(&workshop.command(arguments).stdout(writer).output().unwrap());
        assert_eq!(said.code, Some(code), "{arguments:?}: {}", said.err);
        assert!(!said.err.contains("panicked"), "{arguments:?}: {}", said.err);
        // Nor anybody who would be told of it.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        assert_eq!(workshop.command(arguments).stderr(writer).output().unwrap().status.code(), Some(code));
    }
    if let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") {
        let said = Said::of(&workshop.command(&["list"]).stdout(full).output().unwrap());
        said.refuses(3, &["standard output cannot be written", "free some space"]);
    }
}
