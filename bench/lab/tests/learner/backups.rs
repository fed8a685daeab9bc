//! Nothing a learner wrote is lost: the command that is printed brings it back.

use crate::workshop::Workshop;
use std::process::Command;

/// Runs what was printed after "to bring it back".
#[track_caller]
fn bring_back(said: &str) {
    let line = said.lines().find_map(|line| line.strip_prefix("to bring it back: ")).unwrap();
    let shell = Command::new("sh").args(["-c", line]).current_dir("/").output().unwrap();
    assert!(shell.status.success(), "{line}: {}", String::from_utf8_lossy(&shell.stderr));
}

#[test]
fn after_a_reset_the_printed_command_brings_the_work_back() {
    let workshop = Workshop::new();
    for work in ["fn mine() {}\n", "fn mine() {} // no newline", "// größer\r\nfn slow() {}\r\n"] {
        std::fs::write(workshop.yours(), work).unwrap();
        let said = workshop.lab(&["reset", "ch01-lamp"]).succeeds();
        assert_eq!(std::fs::read_to_string(workshop.yours()).unwrap(), "fn slow() {}\n");
        bring_back(&said.out);
        assert_eq!(std::fs::read_to_string(workshop.yours()).unwrap(), work);
    }
}

#[test]
fn after_the_solution_was_applied_the_printed_command_brings_the_work_back() {
    let workshop = Workshop::new();
    std::fs::write(workshop.yours(), "fn mine() {}\n").unwrap();
    let said = workshop.lab(&["solution", "ch01-lamp", "--apply", "--reveal"]).succeeds();
    assert_eq!(std::fs::read_to_string(workshop.yours()).unwrap(), "fn quick() {}\n");
    bring_back(&said.out);
    assert_eq!(std::fs::read_to_string(workshop.yours()).unwrap(), "fn mine() {}\n");
}

#[test]
fn where_the_work_cannot_be_kept_the_file_stays_as_it_is() {
    let workshop = Workshop::new();
    std::fs::write(workshop.yours(), "fn mine() {}\n").unwrap();
    workshop.write("state/backups", "a file where the folder should be");
    workshop.lab(&["reset", "ch01-lamp"]).refuses(3, &["backups"]);
    assert_eq!(std::fs::read_to_string(workshop.yours()).unwrap(), "fn mine() {}\n");
}

#[test]
fn a_file_that_is_gone_is_restored() {
    let workshop = Workshop::new();
    std::fs::remove_file(workshop.yours()).unwrap();
    workshop.lab(&["reset", "ch01-lamp"]).succeeds();
    assert_eq!(std::fs::read_to_string(workshop.yours()).unwrap(), "fn slow() {}\n");
}
