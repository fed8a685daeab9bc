//! `cargo lab compare --otlp`: the traces of two services that know nothing of the bench but its address.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod workshop;

use std::net::TcpListener;
use workshop::Workshop;
use workshop::small::{Small, Tells};

const LAMPS: &str = r#"{"total":2}"#;

/// An address that was free just now.
fn free() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

#[test]
fn where_the_time_of_both_goes_is_shown_and_what_looks_wasteful() {
    let collector = free();
    let tells = |statements| Some(Tells { collector: collector.clone(), statements });
    let base = Small::telling(20, "200 OK", LAMPS, tells(12));
    let candidate = Small::telling(20, "200 OK", LAMPS, tells(1));
    let arguments = ["--json", "compare", &base.url, &candidate.url, "--get", "/lamps", "--seconds", "6"];
    let said = Workshop::new().lab(&[&arguments[..], &["--rate", "40", "--otlp", &collector]].concat());
    assert!(matches!(said.code, Some(0 | 4)), "{:?} {}{}", said.code, said.out, said.err);
    let object: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    for (side, statements) in [("baseline", 12.0), ("candidate", 1.0)] {
        assert_eq!(object[side]["counts"]["db_queries_per_request"], statements, "{side}: {}", said.out);
        assert!(object[side]["where_time_goes"]["db"].as_f64().unwrap() > 0.9, "{side}: {}", said.out);
    }
    assert_eq!(object["baseline"]["suspects"][0]["kind"], "repeated_query", "{}", said.out);
    assert!(object["candidate"]["suspects"].is_null(), "{}", said.out);
    for words in [&format!("http://{collector}"), "where the time goes in the base", "worth a look: repeated query"] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
}

#[test]
fn a_service_that_sends_no_traces_is_timed_all_the_same_and_a_taken_address_is_one_message() {
    let silent = Small::new(5, "200 OK", LAMPS);
    let collector = free();
    let arguments = ["--json", "compare", &silent.url, &silent.url, "--get", "/lamps", "--seconds", "6"];
    let said = Workshop::new().lab(&[&arguments[..], &["--otlp", &collector]].concat());
    assert!(matches!(said.code, Some(0 | 4)), "{:?} {}{}", said.code, said.out, said.err);
    assert!(said.err.contains("no traces came from the base"), "{}", said.err);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let said = Workshop::new().lab(&[&arguments[..], &["--otlp", &taken]].concat());
    said.refuses(3, &[&taken, "cannot listen", "--otlp HOST:PORT"]);
}
