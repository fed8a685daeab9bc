//! `cargo lab compare` between two small servers of its own: what it finds, what it refuses, and the exit code of each.
//!
//! Other tests run beside these, so a latency may be impossible to tell here; it must never be told wrong.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod workshop;

use std::net::TcpListener;
use workshop::small::Small;
use workshop::{LAMP, Said, Workshop};

const OK: &str = "200 OK";
const LAMPS: &str = r#"{"total":2,"at":"now","hits":[{"id":1},{"id":2}]}"#;

fn compare(base: &str, candidate: &str, more: &[&str]) -> Said {
    let arguments = [&["--json", "compare", base, candidate, "--seconds", "6", "--rate", "40"], more].concat();
    Workshop::new().lab(&arguments)
}

#[test]
fn twice_the_time_is_slower_and_the_same_server_never() {
    let (quick, slow) = (Small::new(8, OK, LAMPS), Small::new(16, OK, LAMPS));
    let said = compare(&quick.url, &slow.url, &["--get", "/a?q={term}", "--terms", "oak,tea"]);
    assert!(matches!(said.code, Some(1 | 4)), "{:?} {}{}", said.code, said.out, said.err);
    if said.code == Some(1) {
        let object: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let ratio = object["ratio"]["p50"]["estimate"].as_f64().unwrap();
        assert!((1.5..2.5).contains(&ratio), "{ratio}");
        assert_eq!(
            (object["verdict"].as_str(), object["baseline"]["variant"].as_str()),
            (Some("not_yet"), Some(&*quick.url))
        );
        assert!(said.err.contains("slower, by more than 5 %"), "{}", said.err);
    }
    // 6 s at 40 a second to one of the two at a time, a warm-up of at most 5 s each, and the questions before.
    let sent = quick.asked() + slow.asked();
    assert!((240..=720).contains(&sent), "{sent} requests");
    let same = compare(&quick.url, &quick.url, &["--get", "/a"]);
    assert!(matches!(same.code, Some(0 | 4)), "{:?} {}{}", same.code, same.out, same.err);
}

#[test]
fn a_wrong_answer_is_told_before_anything_is_timed() {
    let right = Small::new(0, OK, LAMPS);
    let wrong = Small::new(0, OK, r#"{"total":2,"at":"then","hits":[{"id":1},{"id":3}]}"#);
    let said = compare(&right.url, &wrong.url, &["--get", "/a", "--same-answers"]);
    assert_eq!(said.code, Some(5), "{}", said.err);
    assert!(right.asked() <= 2, "nothing was driven");
    let said = compare(&right.url, &wrong.url, &["--get", "/a", "--same-answers", "--ignore", "/at"]);
    said.refuses(5, &["/hits/1/id: expected 2, got 3", "Nothing was timed"]);
    let read = ["--get", "/a", "--same-answers", "--read", "/total", "--read", "/hits/0/id"];
    let said = compare(&right.url, &wrong.url, &read);
    assert!(matches!(said.code, Some(0 | 4)), "what is read is the same: {}", said.err);
    let other = Small::new(0, "404 Not Found", LAMPS);
    compare(&right.url, &other.url, &["--get", "/a"]).refuses(5, &["status: expected 200, got 404"]);
}

#[test]
fn a_server_that_is_dead_or_broken_is_one_message() {
    let good = Small::new(0, OK, LAMPS);
    let nobody = format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    for (base, candidate) in [(&nobody, &good.url), (&good.url, &nobody)] {
        let said = compare(base, candidate, &["--get", "/a"]);
        said.refuses(3, &[&nobody, "does not answer", "start it"]);
    }
    let broken = Small::new(0, "500 Internal Server Error", "oh");
    compare(&broken.url, &broken.url, &["--get", "/a"]).refuses(3, &["answers 500 to GET /a", "--accept"]);
    compare(&good.url, &good.url, &["--grpc", "/a.B/C"])
        .refuses(3, &["the interfaces cannot be asked", "--descriptors"]);
}

#[test]
fn an_exercises_load_is_drawn_and_its_cases_are_asked_as_they_read() {
    let (one, other) =
        (Small::new(0, OK, LAMPS), Small::new(0, OK, r#"{"total":2,"at":"then","hits":[{"id":1},{"id":2}]}"#));
    let workshop = Workshop::new();
    let may_differ = r#"volatile = [{ at = "/at", why = "a time" }]"#;
    let settings = LAMP
        .replace("terms = [\"lamp\"]", "draw_terms = [{ count = 4, from = { words = [1, 2500] } }]")
        .replace("requests = [{ path", &format!("requests = [{{ {may_differ}, path"))
        + &format!("[[behaviour]]\nname = \"a lamp\"\npath = \"/lamp\"\nreads = [\"\"]\n{may_differ}\n");
    workshop.exercise("ch01-lamp", &settings);
    let arguments =
        ["--json", "compare", &one.url, &other.url, "--exercise", "ch01-lamp", "--seconds", "6", "--same-answers"];
    let said = workshop.lab(&arguments);
    assert!(matches!(said.code, Some(0 | 4)), "{:?} {}{}", said.code, said.out, said.err);
    workshop.exercise("ch01-lamp", &settings.replace(may_differ, "volatile = []"));
    workshop.lab(&arguments).refuses(5, &["/at: expected \"now\", got \"then\""]);
}

#[test]
fn nonsense_is_a_usage_error_and_nothing_is_sent() {
    let good = Small::new(0, OK, LAMPS);
    let url = good.url.as_str();
    let cases: [(&str, &[&str], &str); 10] = [
        ("127.0.0.1:80", &["--get", "/"], "scheme"),
        ("https://localhost", &["--get", "/"], "TLS"),
        ("http://192.0.2.1", &["--get", "/"], "--yes-this-is-mine"),
        (url, &[], "--get"),
        (url, &["--get", "a"], "slash"),
        (url, &["--get", "/{term}"], "no terms"),
        (url, &["--get", "/", "--header", "nonsense"], "no header"),
        (url, &["--load", "/nonexistent.toml"], "cannot be read"),
        (url, &["--exercise", "ch99-none"], "no exercise"),
        (url, &["--get", "/", "--read", "/a"], "--same-answers"),
    ];
    for (candidate, more, why) in cases {
        compare(url, candidate, more).refuses(2, &[why]);
    }
    assert_eq!(good.asked(), 0);
}
