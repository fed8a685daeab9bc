//! What each command says, in each state it can be asked in.

use crate::workshop::{Said, Workshop};
use lab::state::version;

/// Several commands after each other, as one page.
fn pages(workshop: &Workshop, commands: &[&[&str]]) -> String {
    commands.iter().map(|arguments| workshop.page(arguments)).collect()
}

/// The record of a learner who is at ch01-lamp, with further lines in its table; `VERSION` is that of `yours.rs`.
fn at_lamp(workshop: &Workshop, lines: &str) {
    let version = version(&workshop.yours()).unwrap();
    let lines = lines.replace("VERSION", &version);
    workshop.remember(&format!(
        "current = \"ch01-lamp\"\n[exercise.ch01-lamp]\nobserved = \"2026-11-23T05:00:00Z\"\n{lines}"
    ));
}

const PREDICTED: &str =
    "prediction = { p95_ratio = 0.65, because = \"one bulb less\", at = \"2026-11-23T05:00:00Z\" }\n";

#[test]
fn the_first_screen() {
    insta::assert_snapshot!(Workshop::new().page(&[]));
}

#[test]
fn start_task_and_list() {
    let commands: &[&[&str]] =
        &[&["start", "ch01-lamp"], &["task"], &["task", "--raw"], &["task", "ch02-clock"], &["list"], &[]];
    insta::assert_snapshot!(pages(&Workshop::new(), commands));
}

#[test]
fn the_three_hints() {
    let commands: &[&[&str]] =
        &[&["start", "ch01-lamp"], &["hint"], &["hint"], &["hint", "1"], &["hint", "3", "ch01-lamp"], &["hint"], &[]];
    insta::assert_snapshot!(pages(&Workshop::new(), commands));
}

#[test]
fn predict_and_predict_again() {
    let workshop = Workshop::new();
    let commands: &[&[&str]] = &[
        &["start", "ch01-lamp"],
        &["predict", "--p95-ratio", "0.65", "--because", "one bulb less"],
        &["predict", "--p95-ratio", "0.5", "--queries", "2", "--count", "response_bytes=900"],
        &["predict", "ch01-evening", "--p95-ratio", "0.5"],
        &["predict", "--p95-ratio", "65"],
        &["predict", "--p95-ratio", "0.6", "--queries", "-1"],
        &["predict", "--p95-ratio", "0.6", "--count", "bytes"],
        &["predict", "--p95-ratio", "0.6", "--count", "queries_per_request=2"],
    ];
    insta::assert_snapshot!(pages(&workshop, commands));
}

#[test]
fn where_you_are_at_every_step_of_the_loop() {
    let workshop = Workshop::new();
    let mut all = String::new();
    at_lamp(&workshop, "");
    all += &workshop.page(&[]);
    at_lamp(&workshop, PREDICTED);
    all += &workshop.page(&[]);
    std::fs::write(workshop.yours(), "fn mine() {}\n").unwrap();
    all += &workshop.page(&[]);
    let outcome = |kind: &str, verdict: &str, ratio: &str| {
        format!("{kind} = {{ version = \"VERSION\", verdict = \"{verdict}\", at = \"2026-11-23T05:00:00Z\"{ratio} }}\n")
    };
    for (lines, prediction) in [
        (outcome("checked", "behaviour_changed", ""), PREDICTED),
        (outcome("checked", "not_yet", ""), PREDICTED),
        (outcome("checked", "pass", ""), PREDICTED),
        (outcome("checked", "pass", ""), ""),
        (outcome("measured", "not_yet", ", p95_ratio = 0.9"), "hints = 3\n"),
        (outcome("measured", "inconclusive", ", p95_ratio = 0.7"), ""),
        (outcome("measured", "pass", ", p95_ratio = 0.5"), "passed = \"2026-11-23T05:00:00Z\"\nbest_p95_ratio = 0.5\n"),
    ] {
        at_lamp(&workshop, &format!("{lines}{prediction}"));
        all += &workshop.page(&[]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_measurement_asks_for_a_prediction_first() {
    let workshop = Workshop::new();
    std::fs::write(workshop.yours(), "fn mine() {}\n").unwrap();
    insta::assert_snapshot!(pages(&workshop, &[&["measure", "ch01-lamp"], &["measure"]]));
}

#[test]
fn a_prediction_stands_while_it_is_being_measured() {
    let workshop = Workshop::new();
    workshop.remember("");
    let _bench =
        lab::state::BenchLock::take(&workshop.root().join("state"), "measure ch01-lamp --candidate yours").unwrap();
    workshop
        .lab(&["predict", "ch01-lamp", "--p95-ratio", "0.5"])
        .refuses(2, &["is being measured", "its prediction stands", "cargo lab notebook"]);
    workshop.lab(&["predict", "ch02-clock", "--p95-ratio", "0.5"]).succeeds();
}

#[test]
fn the_solution_before_and_after_passing() {
    let workshop = Workshop::new();
    let mut all = pages(
        &workshop,
        &[&["start", "ch01-lamp"], &["solution"], &["solution", "--diff", "--reveal"], &["solution"], &["list"]],
    );
    std::fs::write(workshop.yours(), "fn mine() {}\n").unwrap();
    all += &pages(&workshop, &[&["solution", "--apply"], &["solution", "--apply"], &["solution", "ch01-evening"]]);
    insta::assert_snapshot!(all);
}

#[test]
fn start_next_goes_through_the_course_and_ends() {
    let workshop = Workshop::new();
    let mut all = pages(&workshop, &[&["start", "next"], &["start", "next"], &["start", "next"]]);
    let passed = "passed = \"2026-11-23T05:00:00Z\"\n";
    workshop
        .remember(&format!("current = \"ch02-clock\"\n[exercise.ch01-lamp]\n{passed}[exercise.ch02-clock]\n{passed}"));
    all += &pages(&workshop, &[&["start", "next"], &["list"], &["progress"]]);
    insta::assert_snapshot!(all);
}

#[test]
fn a_story_is_watched_not_edited() {
    let commands: &[&[&str]] =
        &[&["start", "ch01-evening"], &[], &["hint"], &["reset"], &["check"], &["measure", "--candidate", "fixed"]];
    insta::assert_snapshot!(pages(&Workshop::new(), commands));
}

#[test]
fn the_notebook_and_the_progress() {
    let workshop = Workshop::new();
    let mut all = pages(&workshop, &[&["notebook"], &["progress"]]);
    let mut state = "[exercise.ch01-lamp]\nhints = 2\n[exercise.ch99-gone]\nhints = 1\n".to_owned();
    for (day, (predicted, measured)) in
        [(0.65, 0.5), (0.4, 0.52), (0.7, 0.6), (0.55, 0.52), (0.5, 0.47), (0.62, 0.6)].into_iter().enumerate()
    {
        state.push_str(&format!(
            "[[exercise.ch01-lamp.scored]]\np95_ratio = {predicted}\nbecause = \"reason {day}\"\nat = \"2026-11-1{day}T05:00:00Z\"\n\
             measured = {measured}\nlow = {}\nhigh = {}\nmeasured_at = \"2026-11-1{day}T06:00:00Z\"\nversion = \"v{day}\"\n",
            measured - 0.04,
            measured + 0.04
        ));
    }
    state.push_str("[exercise.ch01-lamp.scored.counts.db_queries_per_request]\npredicted = 2\nmeasured = 2\n");
    workshop.remember(&state);
    all += &pages(&workshop, &[&["notebook"], &["progress"]]);
    insta::assert_snapshot!(all);
}

#[test]
fn reset_export_and_import() {
    let workshop = Workshop::new();
    std::fs::write(workshop.yours(), "fn mine() {}\n").unwrap();
    let commands: &[&[&str]] = &[
        &["reset", "ch01-lamp"],
        &["reset", "ch01-lamp"],
        &["hint", "2", "ch01-lamp"],
        &["progress", "export"],
        &["progress", "export", "mine.toml", "--name", "Ada"],
        &["progress", "import", "mine.toml"],
        &["progress", "export", "no/such/folder.toml"],
        &["down"],
    ];
    insta::assert_snapshot!(pages(&workshop, commands));
}

#[test]
fn slow_commands_say_what_happens_before_it_does() {
    let workshop = Workshop::new();
    std::fs::write(workshop.yours(), "fn mine() {}\n").unwrap();
    workshop.remember(&format!("[exercise.ch01-lamp]\n{PREDICTED}"));
    let cargo = workshop.root().join("cargo");
    std::fs::write(&cargo, "#!/bin/sh\necho 'error: not today' >&2\nexit 101\n").unwrap();
    std::fs::set_permissions(&cargo, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut all = String::new();
    let slow: &[&[&str]] = &[
        // A seed of its own would be another one each time.
        &["check", "ch01-lamp", "--seed", "7"],
        &["measure", "ch01-lamp", "--seed", "7"],
        &["measure", "ch01-lamp", "--candidate", "fixed", "--seed", "7"],
        &["measure", "ch01-evening", "--seed", "7"],
        &["observe", "ch01-lamp"],
        &["up", "--port", "0"],
        &["fetch"],
    ];
    for arguments in slow {
        let said = Said::of(&workshop.command(arguments).env("CARGO", &cargo).output().unwrap());
        let err = said.err.replace(&workshop.root().display().to_string(), "[workshop]");
        all += &format!("$ cargo lab {}\n{}{err}[exit {}]\n\n", arguments.join(" "), said.out, said.code.unwrap_or(-1));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn what_is_unknown_or_missing() {
    let workshop = Workshop::new();
    let commands: &[&[&str]] = &[
        &["task"],
        &["task", "ch01-lmap"],
        &["start", "clock"],
        &["start", "zzz"],
        &["hint", "9", "ch01-lamp"],
        &["report", "ch01-lamp"],
        &["check", "ch01-lamp", "--candidate", "trap:candel"],
        &["measure", "ch01-lamp"],
        &["class", "collect", "nowhere"],
        &["progress", "import", "nothing.toml"],
        &["lsit"],
    ];
    let mut all = pages(&workshop, commands);
    workshop.remember("current = \"ch99-gone\"\n");
    all += &pages(&workshop, &[&[], &["task"]]);
    insta::assert_snapshot!(all);
}

#[test]
fn every_failure_names_a_command_to_type() {
    let workshop = Workshop::new();
    let failing: &[&[&str]] = &[
        &["task"],
        &["task", "ch01-lmap"],
        &["start", "zzz"],
        &["hint", "9", "ch01-lamp"],
        &["hint", "ch01-evening"],
        &["reset", "ch01-evening"],
        &["solution", "ch01-lamp"],
        &["solution", "ch01-evening"],
        &["predict", "ch01-lamp", "--p95-ratio", "-3"],
        &["predict", "ch01-evening", "--p95-ratio", "0.3"],
        &["report", "ch01-lamp"],
        &["check", "ch01-evening"],
        &["check", "ch01-lamp", "--candidate", "no"],
        &["measure", "ch01-lamp"],
        &["up", "--variants", "no=fixed"],
        &["class", "collect", "nowhere"],
        &["progress", "import", "nothing.toml"],
        &["fetch"],
    ];
    for arguments in failing {
        let said = workshop.lab(arguments);
        assert!(said.code != Some(0), "{arguments:?}");
        let last = said.err.lines().last().unwrap_or_default();
        assert!(last.contains("cargo lab") || last.contains("$EDITOR"), "{arguments:?} ends with: {last}");
    }
}
