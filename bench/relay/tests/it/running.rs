//! The program while a test runs it: its admin address, its lines, and servers at their far ends.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const RELAY: &str = env!("CARGO_BIN_EXE_relay");

/// Killed at the latest when a failing test drops it.
pub struct Running {
    child: Child,
    /// HOST:PORT.
    pub admin: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(RELAY);
    command.env_clear().envs(settings.iter().copied());
    command
}

/// Starts the program and waits until it is ready.
pub fn start(settings: &[(&str, &str)]) -> Running {
    let mut child = command(settings).stdout(Stdio::piped()).spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let admin = ready.trim_end().strip_prefix("ready relay http://").expect("the ready line").to_owned();
    Running { child, admin }
}

/// Runs the program where it must not start; its exit code and what it says.
pub fn refused(settings: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(settings).args(arguments).output().unwrap();
    assert_eq!(stdout, b"", "{arguments:?}");
    (status.code(), String::from_utf8(stderr).unwrap())
}

impl Running {
    /// A request to the admin address; status and body.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.admin).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: relay\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    pub fn put(&self, line: &str, body: &str) -> Value {
        let (status, answer) = self.ask("PUT", &format!("/admin/lines/{line}"), body);
        assert_eq!(status, 200, "{body}: {answer}");
        answer
    }

    /// A connection through a line.
    pub fn connect(&self, line: &str) -> TcpStream {
        let (_, described) = self.ask("GET", &format!("/admin/lines/{line}"), "");
        let stream = TcpStream::connect(described["address"].as_str().unwrap()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// SIGTERM; the exit code.
    pub fn stop(&mut self) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        self.child.wait().unwrap().code()
    }
}

/// A server that gives back what it gets.
pub fn echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            thread::spawn(move || {
                let mut bytes = vec![0; 64 * 1024];
                while let Ok(length @ 1..) = stream.read(&mut bytes) {
                    if stream.write_all(&bytes[..length]).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

/// Sends so many bytes and waits until they are back.
pub fn round_trip(stream: &mut TcpStream, bytes: usize) -> Duration {
    let sent = Instant::now();
    let mut sending = stream.try_clone().unwrap();
    let sender = thread::spawn(move || sending.write_all(&vec![b'x'; bytes]).unwrap());
    stream.read_exact(&mut vec![0; bytes]).unwrap();
    sender.join().unwrap();
    sent.elapsed()
}
