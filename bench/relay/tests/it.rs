//! The program: it carries bytes over its distance, stops when it is told to, and refuses nonsense.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const RELAY: &str = env!("CARGO_BIN_EXE_relay");

/// Kills what a failing test leaves running.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that gives back what it gets, once per connection.
fn echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut bytes = vec![0; 4096];
            while let Ok(length @ 1..) = stream.read(&mut bytes) {
                stream.write_all(&bytes[..length]).unwrap();
            }
        }
    });
    address
}

/// Starts the program; its address once it is ready.
fn start(command: &mut Command) -> (Running, String) {
    let mut running = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut ready = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let address = ready.trim_end().strip_prefix("ready relay ").expect("the ready line").to_owned();
    (running, address)
}

fn refused(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = Command::new(RELAY).args(arguments).output().unwrap();
    assert_eq!((status.code(), stdout.as_slice()), (Some(2), &b""[..]), "{arguments:?}");
    String::from_utf8(stderr).unwrap()
}

#[test]
fn it_carries_bytes_over_the_distance_until_it_is_told_to_stop() {
    let upstream = echo();
    let mut command = Command::new(RELAY);
    command.args(["--upstream", &upstream, "--round-trip-ms", "30"]);
    let (mut running, address) = start(&mut command);
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut round_trip = || {
        let sent = Instant::now();
        stream.write_all(b"ping").unwrap();
        let mut back = [0; 4];
        stream.read_exact(&mut back).unwrap();
        assert_eq!(&back, b"ping");
        sent.elapsed()
    };
    assert!(round_trip() >= Duration::from_millis(60), "one to open, one to ask");
    let again = (0..5).map(|_| round_trip()).min().unwrap();
    assert!((Duration::from_millis(30)..Duration::from_millis(55)).contains(&again), "{again:?}");

    kill_process(Pid::from_child(&running.0), Signal::TERM).unwrap();
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
    assert!(TcpStream::connect(&address).is_err(), "nobody listens any more");
}

#[test]
fn settings_come_from_the_environment_as_well() {
    let mut command = Command::new(RELAY);
    // Names are resolved, and 50 kB/s let 25 kB pass in half a second.
    let upstream = echo().replace("127.0.0.1", "localhost");
    command.env("RELAY_UPSTREAM", upstream).env("RELAY_LISTEN", "127.0.0.1:0").env("RELAY_BANDWIDTH", "50000");
    let (_running, address) = start(&mut command);
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let began = Instant::now();
    stream.write_all(&[7; 25_000]).unwrap();
    stream.read_exact(&mut [0; 25_000]).unwrap();
    assert!(began.elapsed() >= Duration::from_millis(490), "{:?}", began.elapsed());
}

#[test]
fn nonsense_is_refused_by_name_with_exit_2() {
    assert!(refused(&[]).contains("--upstream"));
    for wrong in ["postgres", "postgres:", ":5432", "postgres:0", "postgres:99999"] {
        let said = refused(&["--upstream", wrong]);
        assert!(said.contains("not HOST:PORT") && said.contains(wrong), "{said}");
    }
    for wrong in ["-1", "NaN", "soon", "60001"] {
        let said = refused(&["--upstream", "db:1", "--round-trip-ms", wrong]);
        assert!(said.contains("number of milliseconds from 0 to 60000"), "{said}");
    }
    assert!(refused(&["--upstream", "db:1", "--bandwidth", "0"]).contains("--bandwidth"));
    assert!(refused(&["--upstream", "db:1", "--listen", "everywhere"]).contains("--listen"));
    assert!(refused(&["--upstream", "db:1", "--delay", "5"]).contains("--delay"));
}

#[test]
fn an_address_that_is_taken_is_exit_3() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Command::new(RELAY).args(["--upstream", "db:1", "--listen", &address]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(said.contains(&format!("cannot listen on {address}")), "{said}");
}
