//! The program: it carries bytes over its distances, is told to change them, stops when it is told to, and refuses nonsense.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod admin;
mod running;

use running::{echo, refused, round_trip, start};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

#[test]
fn it_carries_bytes_over_the_distance_of_each_line_until_it_is_told_to_stop() {
    let upstream = echo();
    // Names are resolved.
    let lines = format!(
        "far=127.0.0.1:0=tcp://{upstream} near=127.0.0.1:0=tcp://{}",
        upstream.replace("127.0.0.1", "localhost")
    );
    let mut relay = start(&[("RELAY_LINES", &lines), ("DISTANCE_MS", "0"), ("DISTANCE_FAR_MS", "30")]);
    let mut far = relay.connect("far");
    let address = far.peer_addr().unwrap();
    assert!(round_trip(&mut far, 4) >= Duration::from_millis(60), "one to open, one to ask");
    let again = (0..5).map(|_| round_trip(&mut far, 4)).min().unwrap();
    assert!((Duration::from_millis(30)..Duration::from_millis(55)).contains(&again), "{again:?}");
    let mut near = relay.connect("near");
    let near = (0..5).map(|_| round_trip(&mut near, 4)).min().unwrap();
    assert!(near < Duration::from_millis(20), "{near:?}");

    assert_eq!(relay.stop(), Some(0));
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
}

#[test]
fn a_line_is_a_millisecond_long_where_nothing_is_said_and_keeps_its_bandwidth() {
    let lines = format!("echo=127.0.0.1:0=tcp://{}", echo());
    let relay = start(&[("RELAY_LINES", &lines), ("DISTANCE_MS", ""), ("RELAY_BANDWIDTH", "50000")]);
    let (_, described) = relay.ask("GET", "/admin/lines/echo", "");
    assert_eq!(described["round_trip_ms"], 1.0, "{described}");
    // 50 kB/s let 25 kB pass in half a second.
    let took = round_trip(&mut relay.connect("echo"), 25_000);
    assert!(took >= Duration::from_millis(490), "{took:?}");
}

#[test]
fn nonsense_is_refused_with_its_variable_and_exit_2() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "RELAY_LINES is not set"),
        (&[("RELAY_LINES", "db=127.0.0.1:0=db:5432")], "no scheme"),
        (&[("RELAY_LINES", "db=127.0.0.1:0=postgres://db")], "no port"),
        (&[("RELAY_LINES", "db=everywhere=postgres://db:5432")], "must listen on IP:PORT"),
        (&[("RELAY_LINES", "db=127.0.0.1:0=tcp://h:1"), ("DISTANCE_MS", "-1")], "from 0 to 60000"),
        (&[("RELAY_LINES", "db=127.0.0.1:0=tcp://h:1"), ("DISTANCE_BD_MS", "1")], "DISTANCE_DB_MS"),
        (&[("RELAY_LINES", "db=127.0.0.1:0=tcp://h:1"), ("RELAY_BANDWIDTH", "fast")], "RELAY_BANDWIDTH"),
    ];
    for (settings, said) in cases {
        let (code, told) = refused(settings, &[]);
        assert!(code == Some(2) && told.contains(said), "{settings:?}: {code:?} {told}");
    }
    let (code, told) = refused(&[], &["--delay", "5"]);
    assert!(code == Some(2) && told.contains("--delay"), "{code:?} {told}");
}

#[test]
fn an_address_that_is_taken_is_exit_3_and_says_which_setting_it_is() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (line, free) = (format!("db={address}=tcp://h:1"), "db=127.0.0.1:0=tcp://h:1");
    let cases = [(line.as_str(), "127.0.0.1:0", "RELAY_LINES"), (free, address.as_str(), "LISTEN_ADDR")];
    for (lines, listen, setting) in cases {
        let (code, told) = refused(&[("RELAY_LINES", lines), ("LISTEN_ADDR", listen)], &[]);
        assert_eq!(code, Some(3), "{told}");
        assert!(told.contains(&address) && told.contains(setting), "{told}");
    }
}
