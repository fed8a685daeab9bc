//! How the proofs are asked for: one process for all exercises, and those left open again, up to two more times.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod prover;

use prover::Prover;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Stands for the bench: notes what it is asked, and answers with the file `1`, `2` or `3`, by how often it was asked.
const LAB: &str = "#!/bin/sh\necho \"$@\" >> asked\nn=$(wc -l < asked)\n[ ! -e $((n)) ] || cat $((n))\n";

/// Written by a process of its own: a file that this one has open for writing, in whatever thread, cannot be run.
fn lab(root: &Path) -> Result<PathBuf, String> {
    let write = ["-c", "printf '%s' \"$1\" > lab && chmod 755 lab", "sh", LAB];
    let written = Command::new("sh").args(write).current_dir(root).status().map_err(|error| error.to_string())?;
    if written.success() { Ok(root.join("lab")) } else { Err(written.to_string()) }
}

/// A prover of `a`, `b` and `c` whose bench gives these answers, one a process.
fn prover(folder: &Path, answers: &[&str]) -> Prover {
    for (number, answer) in answers.iter().enumerate() {
        std::fs::write(folder.join((number + 1).to_string()), answer).unwrap();
    }
    let prover = Prover::new(folder, lab);
    prover.ask(["a", "b", "c"].map(str::to_owned).into());
    prover
}

fn answer(holds: &[(&str, &str)]) -> String {
    let one = |(id, holds): &(&str, &str)| {
        format!(
            r#"{{"exercise": "{id}", "proofs": [{{"about": "fixed", "holds": true}}, {{"about": "run", "holds": {holds}}}]}}"#
        )
    };
    format!(r#"{{"exercises": [{}]}}"#, holds.iter().map(one).collect::<Vec<_>>().join(", "))
}

fn asked(folder: &Path) -> Vec<String> {
    std::fs::read_to_string(folder.join("asked")).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn one_process_proves_all_and_only_what_is_open_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let answers = [answer(&[("a", "null"), ("b", "true"), ("c", "false")]), answer(&[("a", "true")])];
    let prover = prover(folder.path(), &[&answers[0], &answers[1]]);
    let holds = |id: &str| prover.proven(id).unwrap()["proofs"][1]["holds"].as_bool();
    assert_eq!([holds("a"), holds("b"), holds("c")], [Some(true), Some(true), Some(false)]);
    assert_eq!(asked(folder.path()), ["--json dev check a b c", "--json dev check a"]);
    assert!(prover.proven("d").unwrap_err().contains("nothing about d"));
}

#[test]
fn what_stays_open_is_asked_three_times_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let (all, open) = (answer(&[("a", "true"), ("b", "null"), ("c", "null")]), answer(&[("b", "null"), ("c", "null")]));
    let prover = prover(folder.path(), &[&all, &open, &open]);
    assert!(prover.proven("c").unwrap()["proofs"][1]["holds"].is_null());
    assert_eq!(asked(folder.path()), ["--json dev check a b c", "--json dev check b c", "--json dev check b c"]);
}

#[test]
fn a_bench_that_ends_when_asked_again_takes_no_result_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let prover = prover(folder.path(), &[&answer(&[("a", "true"), ("b", "null"), ("c", "true")]), "not JSON"]);
    assert_eq!(prover.proven("a").unwrap()["proofs"][1]["holds"], true);
    assert!(prover.proven("b").unwrap()["proofs"][1]["holds"].is_null());
    assert_eq!(asked(folder.path()).len(), 2);
}

#[test]
fn a_bench_that_cannot_run_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let prover = prover(folder.path(), &[r#"{"verdict": "unfit", "message": "no Postgres"}"#]);
    assert!(prover.proven("a").unwrap_err().contains("no Postgres"));
    assert!(prover.proven("b").unwrap_err().contains("no Postgres"));
    assert_eq!(asked(folder.path()).len(), 1, "asking once more would find the same");
}
