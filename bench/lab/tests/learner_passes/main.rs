//! A learner's way on real servers, by the command line: predict, change `yours.rs`, check, measure, pass.
//!
//! It measures latency, so it wants the machine to itself: `scripts/test` runs it at the end, alone.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod copy;
#[path = "../workshop/mod.rs"]
mod workshop;

use copy::RepositoryCopy;
use serde_json::Value;

const ID: &str = "ch01-related-products";
const YOURS: &str = "exercises/ch01-related-products/src/yours.rs";
/// Written by hand from the exercise's hints; what the recorded walk types.
const CHANGED: &str = "docs/walk/yours.rs";

/// The verdict; a machine that is busy for a moment may leave it open, so it is asked for up to three times.
fn measured(copy: &RepositoryCopy) -> Value {
    for _ in 0..3 {
        let said = copy.lab(&["--json", "measure"]);
        eprint!("{}", said.err);
        if said.code != Some(4) {
            assert_eq!(said.code, Some(0), "{}", said.out);
            return serde_json::from_str(&said.out).unwrap();
        }
    }
    panic!("inconclusive three times: this machine is too busy to tell");
}

/// A panic in the learner's code is told as the learner's, with its last words, and what it printed is shown.
fn a_panic_is_the_learners(copy: &RepositoryCopy) {
    let flawed = String::from_utf8(copy.read(&YOURS.replace("yours", "flawed"))).unwrap();
    let start = "    let mut related = Related::new();\n";
    let doubtful = format!(
        "    println!(\"hits: {{}}\", hits.len());\n    assert!(hits.len() <= 20, \"more hits than I thought\");\n{start}"
    );
    assert!(flawed.contains(start));
    copy.write(YOURS, &flawed.replace(start, &doubtful));
    let said = copy.lab(&["check"]);
    let all = format!("{}{}", said.out, said.err);
    assert_eq!(said.code, Some(5), "{all}");
    for words in ["more hits than I thought", "yours.rs:", "the largest page", "yours printed ", "the last: hits: "] {
        assert!(all.contains(words), "{words:?} is missing in: {all}");
    }
    assert!(!all.contains("cargo lab doctor"), "{all}");
}

#[test]
fn a_changed_yours_goes_from_a_prediction_to_a_pass() {
    let here = std::fs::read(copy::root().join(YOURS)).unwrap();
    let copy = RepositoryCopy::new();
    assert_eq!(copy.read(YOURS), copy.read(&YOURS.replace("yours", "flawed")), "{YOURS} is changed already");

    copy.lab(&["start", ID]).succeeds();
    let because = "one round trip instead of twenty";
    copy.lab(&["predict", "--p95-ratio", "0.4", "--queries", "2", "--because", because]).succeeds();
    a_panic_is_the_learners(&copy);
    copy.replace(YOURS, CHANGED);
    copy.lab(&["check"]).succeeds();

    let report = measured(&copy);
    assert_eq!(report["verdict"], "pass", "{report}");
    assert_eq!(report["candidate"]["variant"], "yours");
    assert_eq!(report["prediction"]["p95_ratio"], 0.4, "the prediction is scored");
    let targets = report["targets"].as_array().unwrap();
    assert_eq!(targets.len(), 2, "the count and the ratio");
    assert!(targets.iter().all(|target| target["met"] == true), "{targets:?}");

    let notebook = copy.lab(&["notebook"]).succeeds().out;
    assert!(notebook.contains(because), "{notebook}");
    assert!(notebook.contains("database queries per search 2, predicted 2"), "{notebook}");
    let list: Value = serde_json::from_str(&copy.lab(&["--json", "list"]).succeeds().out).unwrap();
    let listed = list["exercises"].as_array().unwrap().iter().find(|one| one["id"] == ID).unwrap();
    assert_eq!(listed["status"], "passed");

    assert_eq!(std::fs::read(copy::root().join(YOURS)).unwrap(), here, "the developer's own file");
}
