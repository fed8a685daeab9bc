//! A class: each learner exports a file, the teacher collects a table.

use crate::workshop::Workshop;

/// A folder with what two learners exported.
fn class() -> Workshop {
    let workshop = Workshop::new();
    let ada = "learner = \"Ada, \\\"Countess\\\"\"\ncurrent = \"ch02-clock\"\n[exercise.ch01-lamp]\npassed = \"2026-11-23T05:00:00Z\"\nhints = 1\nbest_p95_ratio = 0.5\n\
        measured = { version = \"v\", verdict = \"pass\", at = \"2026-11-23T05:00:00Z\" }\n\
        [[exercise.ch01-lamp.scored]]\np95_ratio = 0.6\nat = \"1\"\nmeasured = 0.5\nlow = 0.4\nhigh = 0.55\nmeasured_at = \"2\"\n";
    let bert = "[exercise.ch01-lamp]\nrevealed = true\nhints = 3\n[exercise.ch99-gone]\nhints = 3\n";
    workshop.write("class/a.toml", ada);
    workshop.write("class/bert.toml", bert);
    workshop.write("class/readme.txt", "not an export");
    workshop
}

#[test]
fn the_class_as_a_table_and_for_a_spreadsheet() {
    let workshop = class();
    insta::assert_snapshot!(
        workshop.page(&["class", "collect", "class"]) + &workshop.page(&["class", "collect", "class", "--csv"])
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_shown() {
    let workshop = class();
    workshop.write("class/carl.toml", "not toml");
    let said = workshop.lab(&["class", "collect", "class"]);
    said.refuses(3, &["carl.toml:1 is damaged", "progress export FILE --name NAME"]);
    assert!(said.out.contains("bert"), "{}", said.out);
}

#[test]
fn what_a_learner_exports_can_be_collected() {
    let workshop = Workshop::new();
    workshop.lab(&["hint", "2", "ch01-lamp"]).succeeds();
    std::fs::create_dir(workshop.root().join("class")).unwrap();
    workshop.lab(&["progress", "export", "class/x.toml", "--name", "Ada"]).succeeds();
    let said = workshop.lab(&["--json", "class", "collect", "class"]).succeeds();
    let object: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(object["learners"][0]["learner"], "Ada");
    assert_eq!(object["learners"][0]["exercises"]["ch01-lamp"]["hints"], 2);
}
