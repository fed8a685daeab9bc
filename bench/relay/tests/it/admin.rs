//! The admin routes: what they show, what they change on connections that are open, what they refuse, and the reset.

use crate::running::{Running, echo, round_trip, start};
use serde_json::json;
use std::io::{ErrorKind, Read as _, Write as _};
use std::time::Duration;

fn relay(scheme: &str) -> Running {
    let lines = format!("echo=127.0.0.1:0={scheme}://{} nobody=127.0.0.1:0=http://127.0.0.1:1", echo());
    start(&[("RELAY_LINES", &lines), ("DISTANCE_MS", "0")])
}

#[test]
fn every_line_is_listed_with_where_it_leads_and_how() {
    let relay = relay("tcp");
    let (status, list) = relay.ask("GET", "/admin/lines", "");
    assert_eq!(status, 200);
    let nobody = &list["lines"][1];
    assert!(nobody["address"].as_str().unwrap().starts_with("127.0.0.1:"), "{nobody}");
    let expected = json!({"name": "nobody", "address": nobody["address"], "upstream": "http://127.0.0.1:1",
        "round_trip_ms": 0.0, "bandwidth_bytes_per_second": 0, "stalled": false, "away": false});
    assert_eq!((nobody, list["lines"].as_array().unwrap().len()), (&expected, 2));
    assert_eq!(relay.ask("GET", "/readyz", "").0, 200);
}

#[test]
fn delay_and_bandwidth_change_for_a_connection_that_is_open() {
    let relay = relay("tcp");
    let mut stream = relay.connect("echo");
    round_trip(&mut stream, 4);
    let changed = relay.put("echo", r#"{"round_trip_ms": 40}"#);
    assert_eq!((&changed["round_trip_ms"], &changed["bandwidth_bytes_per_second"]), (&json!(40.0), &json!(0)));
    let far = round_trip(&mut stream, 4);
    assert!(far >= Duration::from_millis(40), "{far:?}");
    relay.put("echo", r#"{"round_trip_ms": 0, "bandwidth_bytes_per_second": 100000}"#);
    let narrow = round_trip(&mut stream, 30_000);
    assert!(narrow >= Duration::from_millis(295), "{narrow:?}");
    relay.put("echo", r#"{"bandwidth_bytes_per_second": 0}"#);
    let wide = (0..5).map(|_| round_trip(&mut stream, 30_000)).min().unwrap();
    assert!(wide < Duration::from_millis(100), "{wide:?}");
}

#[test]
fn a_stalled_line_keeps_what_it_holds_and_delivers_it_later() {
    let relay = relay("tcp");
    let mut stream = relay.connect("echo");
    round_trip(&mut stream, 4);
    relay.put("echo", r#"{"stalled": true}"#);
    stream.write_all(b"held").unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let error = stream.read(&mut [0; 4]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    relay.put("echo", r#"{"stalled": false}"#);
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut back = [0; 4];
    stream.read_exact(&mut back).unwrap();
    assert_eq!(&back, b"held");
}

#[test]
fn a_cut_breaks_what_is_open_and_away_keeps_everybody_out_until_the_reset() {
    let relay = relay("tcp");
    let mut stream = relay.connect("echo");
    round_trip(&mut stream, 4);
    assert_eq!(relay.ask("POST", "/admin/lines/echo/cut", "").0, 204);
    assert!(stream.read(&mut [0; 4]).is_err(), "a reset");
    round_trip(&mut relay.connect("echo"), 4);

    assert_eq!(relay.put("echo", r#"{"away": true, "round_trip_ms": 5}"#)["away"], true);
    let mut refused = relay.connect("echo");
    let _ = refused.write_all(b"ping");
    assert!(!matches!(refused.read(&mut [0; 4]), Ok(1..)), "nobody gets through");
    assert_eq!(relay.ask("POST", "/admin/reset", "").0, 204);
    let (_, described) = relay.ask("GET", "/admin/lines/echo", "");
    assert_eq!((&described["away"], &described["round_trip_ms"]), (&json!(false), &json!(0.0)));
    round_trip(&mut relay.connect("echo"), 4);
}

#[test]
fn what_passes_is_counted_by_what_it_asks_for_from_the_last_reset_on() {
    let relay = relay("redis");
    let mut stream = relay.connect("echo");
    stream.write_all(b"GET a\r\nGET b\r\nINCR c\r\n").unwrap();
    stream.read_exact(&mut [0; 22]).unwrap();
    let passed = || relay.ask("GET", "/admin/lines/echo/calls", "").1;
    let begun = std::time::Instant::now();
    while passed()["total"] != 3 && begun.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let counted = passed();
    assert_eq!(counted["calls"], json!([{"call": "GET", "count": 2}, {"call": "INCR", "count": 1}]), "{counted}");
    assert_eq!((&counted["bytes_up"], &counted["connections"], &counted["live"]), (&json!(22), &json!(1), &json!(1)));
    relay.ask("POST", "/admin/reset", "");
    let counted = passed();
    assert_eq!((&counted["total"], &counted["bytes_up"], &counted["live"]), (&json!(0), &json!(0), &json!(1)));
}

#[test]
fn what_makes_no_sense_is_refused_as_a_problem_and_changes_nothing() {
    let relay = relay("tcp");
    let before = relay.ask("GET", "/admin/lines", "").1;
    for (wrong, status) in [
        (r#"{"round_trip_ms": -1}"#, 422),
        (r#"{"round_trip_ms": 60001}"#, 422),
        (r#"{"round_trip_ms": "far"}"#, 422),
        (r#"{"round_trip_ms": 5, "bandwidth_bytes_per_second": -1}"#, 422),
        (r#"{"round_trip_ms": 5, "speed": "fast"}"#, 422),
        (r#"{"stalled": 1}"#, 422),
        ("[7]", 422),
        ("{", 400),
        ("", 400),
    ] {
        let (answered, problem) = relay.ask("PUT", "/admin/lines/echo", wrong);
        assert_eq!(answered, status, "{wrong}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{wrong}: {problem}");
    }
    assert_eq!(relay.ask("PUT", "/admin/lines/echo", &format!("{{\"x\": \"{}\"}}", "y".repeat(5_000))).0, 413);
    assert_eq!(relay.ask("GET", "/admin/lines", "").1, before);
    for (method, path, status) in [
        ("PUT", "/admin/lines/bank", 404),
        ("GET", "/admin/lines/bank/calls", 404),
        ("POST", "/admin/lines/bank/cut", 404),
        ("GET", "/admin/nothing", 404),
        ("DELETE", "/admin/lines/echo", 405),
    ] {
        let (answered, problem) = relay.ask(method, path, "{}");
        assert_eq!((answered, &problem["status"]), (status, &json!(status)), "{method} {path}: {problem}");
    }
    let unknown = relay.ask("GET", "/admin/lines/bank", "").1;
    assert!(unknown["detail"].as_str().unwrap().ends_with("there are echo, nobody"), "{unknown}");
}
