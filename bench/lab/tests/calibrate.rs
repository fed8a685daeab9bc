//! A calibration from outside: real servers, one run, added to a file and read again.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod workshop;

use serde_json::Value;
use workshop::Workshop;

#[test]
fn runs_are_added_to_the_file_one_by_one_and_the_tables_are_those_of_the_whole_file() {
    let workshop = Workshop::new();
    let file = workshop.root().join("calibration.jsonl");
    let into = file.to_str().unwrap();
    let one =
        ["calibrate", "--only", "aa", "--bound", "waiting", "--machine", "quiet", "--rounds", "6", "--into", into];
    for runs in 1..=2_u64 {
        let said = workshop.lab(&[&one[..], &["--runs", "1", "--json"]].concat()).succeeds();
        let object: Value = serde_json::from_str(&said.out).unwrap();
        let rows = object["detection"].as_array().unwrap();
        let statistics: Vec<&str> = rows.iter().map(|row| row["statistic"].as_str().unwrap()).collect();
        assert_eq!(statistics, ["p50", "p95"]);
        for row in rows {
            let tally = &row["tally"];
            assert_eq!(tally["runs"], runs, "{row}");
            let verdicts = ["faster", "slower", "same", "inconclusive"].map(|name| tally[name].as_u64().unwrap());
            assert_eq!(verdicts.iter().sum::<u64>(), runs, "every run has one verdict: {row}");
        }
    }
    let before = std::fs::read(&file).unwrap();
    let said = workshop.lab(&["calibrate", "--runs", "0", "--into", into]).succeeds();
    assert!(said.out.contains("waiting") && said.out.contains("of 2"), "{}", said.out);
    assert_eq!(std::fs::read(&file).unwrap(), before, "nothing was run");
}

#[test]
fn what_cannot_be_calibrated_is_a_usage_error() {
    let workshop = Workshop::new();
    workshop.lab(&["calibrate", "--only", "everything"]).refuses(2, &["everything", "truth"]);
    workshop.lab(&["calibrate", "--rounds", "5"]).refuses(2, &["5"]);
    workshop.lab(&["calibrate", "--starts", "1", "--rounds", "6"]).refuses(2, &["--starts", "--rounds"]);
    workshop.lab(&["calibrate", "ch01-lamp"]).refuses(2, &["--starts"]);
    workshop
        .lab(&["calibrate", "--starts", "1", "ch01-evening"])
        .refuses(2, &["a story", "cargo lab calibrate --starts"]);
    workshop.lab(&["calibrate", "--starts", "1", "ch99-none"]).refuses(2, &["ch99-none"]);
    let file = workshop.root().join("none.jsonl");
    std::fs::write(&file, "no calibration\n").unwrap();
    workshop.lab(&["calibrate", "--runs", "0", "--into", file.to_str().unwrap()]).refuses(3, &["none.jsonl, line 1"]);
}
