//! `cargo lab serve` and `report` from outside: who is answered, how it ends, and what a bad request is told.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

#[path = "workshop/mod.rs"]
mod workshop;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use workshop::{Said, Workshop};

const RUN: &str = r#"{"exercise": "ch01-lamp", "verdict": "pass", "baseline": {"variant": "flawed"}, "candidate": {"variant": "yours"}}"#;

/// What a browser says a form is.
const FORM: &str = "application/x-www-form-urlencoded";

/// A running server; killed when dropped.
struct Server {
    child: Child,
    port: String,
}

impl Server {
    fn start(workshop: &Workshop) -> Self {
        let mut child = workshop.command(&["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
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
    let workshop = Workshop::new();
    let server = Server::start(&workshop);
    let page = server.get("/exercises/ch01-lamp");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("It is <em>dark</em>"), "{page}");
    assert!(!page.contains("Look up."), "a hint is not in the page before it was asked for");
    let refused = server.ask("GET", "/", "workshop.example");
    assert!(refused.starts_with("HTTP/1.1 421") && !refused.contains("A lamp"), "{refused}");
    let refused = server.ask("POST", "/exercises/ch01-lamp/hints/1", &format!("127.0.0.1:{}", server.port));
    assert!(refused.starts_with("HTTP/1.1 403"), "a change without the form's token: {refused}");
}

#[test]
fn the_syllabus_is_one_list_that_is_filtered_by_its_address() {
    let workshop = Workshop::fifty();
    let server = Server::start(&workshop);
    let exercises = |page: &str| page.matches("<td><a href=\"/exercises/").count();
    let all = server.get("/");
    assert_eq!(
        (exercises(&all), all.matches("<thead>").count(), all.matches("rowgroup").count()),
        (52, 1, 14),
        "{all}"
    );
    assert!(!all.contains("stampede"), "topics give causes away: {all}");
    let caches = server.get("/?chapter=6&service=&status=");
    assert_eq!((exercises(&caches), caches.matches("rowgroup").count()), (4, 1), "{caches}");
    assert_eq!(exercises(&server.get("/?chapter=6&service=search&status=passed&topic=cache+stampede")), 1);
    assert!(server.get("/?topics=shown").contains("cache stampede, single-flight"));
    assert!(server.get("/?chapter=6&service=edge").contains("No exercise fits these filters."));
    for (address, known) in [("/?chapter=99", "14 (The whole shop)"), ("/?status=%3Cb%3E", "revealed, passed")] {
        let refused = server.get(address);
        assert!(
            refused.starts_with("HTTP/1.1 404") && refused.contains(known) && !refused.contains("<b>"),
            "{refused}"
        );
    }
}

#[test]
fn a_live_view_that_is_open_does_not_keep_the_server_from_ending() {
    let workshop = Workshop::new();
    let mut server = Server::start(&workshop);
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
    let workshop = Workshop::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    workshop.lab(&["serve", "--port", &port]).refuses(3, &[&port, "cargo lab serve --port"]);
}

#[test]
fn a_report_is_made_from_the_newest_run_or_from_the_file_named() {
    let workshop = Workshop::new();
    let none = workshop.lab(&["report", "ch01-lamp"]);
    assert_eq!(none.code, Some(1), "{}{}", none.out, none.err);
    assert!(format!("{}{}", none.out, none.err).contains("cargo lab measure ch01-lamp"), "{}{}", none.out, none.err);
    let name = "state/runs/20260731-120000-ch01-lamp.json";
    workshop.write(name, RUN);
    let file = workshop.root().join(name);
    for arguments in [&["report", "ch01-lamp"][..], &["report", "--run", file.to_str().unwrap()]] {
        let Said { out: path, .. } = workshop.lab(arguments).succeeds();
        assert!(std::fs::read_to_string(path.trim()).unwrap().contains("<h1>ch01-lamp</h1>"), "{path}");
    }
    workshop.write(name, "{");
    let torn = workshop.lab(&["report", "--run", file.to_str().unwrap()]);
    assert_eq!(torn.code, Some(2), "{}{}", torn.out, torn.err);
}
