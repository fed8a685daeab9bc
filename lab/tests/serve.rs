//! `cargo lab serve` and `report` from outside: who is answered, how it ends, and what a bad request is told.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

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
requests = [{ path = "/" }]
[[hint]]
text = "Look up."
"#;

const RUN: &str = r#"{"exercise": "ch01-lamp", "verdict": "pass", "baseline": {"variant": "flawed"}, "candidate": {"variant": "yours"}}"#;

/// A course of one exercise and its state. Cleared when dropped.
fn workshop() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let exercise = folder.path().join("exercises/ch01-lamp");
    std::fs::create_dir_all(&exercise).unwrap();
    std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").unwrap();
    std::fs::write(exercise.join("exercise.toml"), EXERCISE).unwrap();
    std::fs::write(exercise.join("README.md"), "# A lamp\n\nIt is *dark*.\n").unwrap();
    folder
}

fn lab(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.args(arguments).current_dir(root).env("WORKSHOP_STATE", root.join("state")).env_remove("WORKSHOP_ROOT");
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What a browser says a form is.
const FORM: &str = "application/x-www-form-urlencoded";

/// A running server; killed when dropped.
struct Server {
    child: Child,
    port: String,
}

impl Server {
    fn start(root: &Path) -> Self {
        let mut child = lab(root, &["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().trim_end_matches('/').rsplit(':').next().unwrap().to_owned();
        Self { child, port }
    }

    /// The answer's head and body.
    fn ask(&self, method: &str, path: &str, host: &str) -> String {
        let mut stream = TcpStream::connect(format!("127.0.0.1:{}", self.port)).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: {FORM}\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(&self, path: &str) -> String {
        self.ask("GET", path, &format!("localhost:{}", self.port))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_pages_are_there_for_this_machine_and_for_no_other_name() {
    let root = workshop();
    let server = Server::start(root.path());
    let page = server.get("/exercises/ch01-lamp");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("It is <em>dark</em>"), "{page}");
    assert!(!page.contains("Look up."), "a hint is not in the page before it was asked for");
    let refused = server.ask("GET", "/", "workshop.example");
    assert!(refused.starts_with("HTTP/1.1 421") && !refused.contains("A lamp"), "{refused}");
    let refused = server.ask("POST", "/exercises/ch01-lamp/hints/1", &format!("127.0.0.1:{}", server.port));
    assert!(refused.starts_with("HTTP/1.1 403"), "a change without the form's token: {refused}");
}

#[test]
fn a_live_view_that_is_open_does_not_keep_the_server_from_ending() {
    let root = workshop();
    let mut server = Server::start(root.path());
    let mut live = TcpStream::connect(format!("127.0.0.1:{}", server.port)).unwrap();
    write!(live, "GET /live/events HTTP/1.1\r\nhost: 127.0.0.1:{}\r\n\r\n", server.port).unwrap();
    let mut head = [0; 15];
    live.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    let interrupt = Command::new("kill").args(["-INT", &server.child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    assert_eq!(server.child.wait().unwrap().code(), Some(0), "Ctrl-C is how it ends, not a failure");
}

#[test]
fn a_taken_port_is_named_with_another_to_try() {
    let root = workshop();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = lab(root.path(), &["serve", "--port", &port]).output().unwrap();
    let text = said(&output);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains(&port) && text.contains("cargo lab serve --port"), "{text}");
}

#[test]
fn a_report_is_made_from_the_newest_run_or_from_the_file_named() {
    let root = workshop();
    let none = lab(root.path(), &["report", "ch01-lamp"]).output().unwrap();
    assert_eq!(none.status.code(), Some(1), "{}", said(&none));
    assert!(said(&none).contains("cargo lab measure ch01-lamp"), "{}", said(&none));
    let runs = root.path().join("state/runs");
    std::fs::create_dir_all(&runs).unwrap();
    let file = runs.join("20260731-120000-ch01-lamp.json");
    std::fs::write(&file, RUN).unwrap();
    for arguments in [&["report", "ch01-lamp"][..], &["report", "--run", file.to_str().unwrap()]] {
        let output = lab(root.path(), arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert!(std::fs::read_to_string(&path).unwrap().contains("<h1>ch01-lamp</h1>"), "{path}");
    }
    std::fs::write(&file, "{").unwrap();
    let torn = lab(root.path(), &["report", "--run", file.to_str().unwrap()]).output().unwrap();
    assert_eq!(torn.status.code(), Some(2), "{}", said(&torn));
}
