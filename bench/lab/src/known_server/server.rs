//! A server whose delays are known: it waits, or works, exactly as long as the path says. A process of its own.

use super::stall::{Stall, monotonic};
use crate::exit::Failure;
use bytes::Bytes;
use http::{Response, StatusCode, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::HashMap;
use std::convert::Infallible;
use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use timer::TimerRuntime;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// What a server is started with.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownServer {
    /// When it stands still, if it does.
    pub stall: Option<Stall>,
}

/// Serves until standard input closes: `GET /wait/MICROSECONDS` answers after that time, `GET /work/ROUNDS` after so many
/// rounds of arithmetic. One thread, so that work queues behind work. `/recorded/MICROSECONDS` waits like `/wait` and writes down
/// when it let the answer go; `/record` gives what was written since it was last asked (the lines of `releases`).
///
/// # Errors
/// Exit 3: no port, or no timer.
pub async fn serve(server: KnownServer) -> Result<(), Failure> {
    let (base, accepting) = listen(server)?;
    println!("ready known {}", base.to_string().trim_end_matches('/'));
    // Whoever started us holds the other end: it closes when they end, however they end.
    let closed = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink()));
    let _ = closed.await;
    drop(accepting);
    Ok(())
}

/// As [`serve`], in this process, until the handle is dropped.
///
/// # Errors
/// Exit 3: no port, or no timer.
pub fn listen(server: KnownServer) -> Result<(Uri, AbortOnDropHandle<()>), Failure> {
    let unfit = |error: std::io::Error| Failure::unfit(format!("a port on 127.0.0.1: {error}"));
    let clock = TimerRuntime::start("known server")
        .map_err(|error| Failure::unfit(format!("a thread with a timer: {error}")))?;
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(unfit)?;
    listener.set_nonblocking(true).map_err(unfit)?;
    let address = listener.local_addr().map_err(unfit)?;
    let base = format!("http://{address}").parse().map_err(|error| Failure::unfit(format!("{address}: {error}")))?;
    let handle = clock.handle().clone();
    Ok((base, AbortOnDropHandle::new(handle.spawn(accept(listener, clock, server)))))
}

/// Trace ids and the monotonic clock's nanoseconds at which their answers were let go.
type Record = Arc<Mutex<Vec<(String, u128)>>>;

/// Reads a record: one line an answer, the trace id in hexadecimal and nanoseconds of the monotonic clock.
pub fn releases(text: &str) -> HashMap<[u8; 16], Duration> {
    let line = |line: &str| {
        let (id, nanos) = line.split_once(' ')?;
        let id = u128::from_str_radix(id, 16).ok()?.to_be_bytes();
        Some((id, Duration::from_nanos(nanos.parse().ok()?)))
    };
    text.lines().filter_map(line).collect()
}

async fn accept(listener: std::net::TcpListener, clock: TimerRuntime, server: KnownServer) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let record = Record::default();
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let (clock, record) = (clock.clone(), record.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, clock.clone(), server, record.clone()));
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // The client closes as it likes.
            let _ = connection.await;
        });
    }
}

async fn answer(
    request: http::Request<Incoming>,
    clock: TimerRuntime,
    server: KnownServer,
    record: Record,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let arrived = Instant::now();
    let path = request.uri().path();
    let recorded = number(path, "/recorded/");
    let (wait, rounds) = match (recorded.or_else(|| number(path, "/wait/")), number(path, "/work/")) {
        (Some(micros), _) => (Duration::from_micros(micros), 0),
        (None, Some(rounds)) => (Duration::ZERO, rounds),
        (None, None) if path == "/record" => {
            let lines = std::mem::take(&mut *record.lock().unwrap_or_else(PoisonError::into_inner));
            let text: String = lines.into_iter().map(|(id, nanos)| format!("{id} {nanos}\n")).collect();
            return Ok(response(StatusCode::OK, text));
        }
        (None, None) => {
            let known = "paths are /wait/MICROSECONDS, /recorded/MICROSECONDS, /record and /work/ROUNDS\n";
            return Ok(response(StatusCode::NOT_FOUND, known));
        }
    };
    black_box(work(rounds));
    let due = monotonic(arrived + wait);
    let release = server.stall.map_or(due, |stall| stall.release(due));
    if release > due || !wait.is_zero() {
        clock.timer().until(arrived + wait + (release - due)).await;
    }
    if recorded.is_some() {
        // traceparent: 00-TRACE ID-PARENT-FLAGS
        let header = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
        let id = header.and_then(|header| header.split('-').nth(1)).unwrap_or_default().to_owned();
        let now = monotonic(Instant::now()).as_nanos();
        record.lock().unwrap_or_else(PoisonError::into_inner).push((id, now));
    }
    Ok(response(StatusCode::OK, "as long as you asked for\n"))
}

fn number(path: &str, prefix: &str) -> Option<u64> {
    path.strip_prefix(prefix)?.parse().ok()
}

/// Arithmetic that cannot be taken apart or left out; about a nanosecond a round.
fn work(rounds: u64) -> u64 {
    (0..rounds).fold(0x9E37_79B9_7F4A_7C15, |state: u64, round| {
        (state ^ round).rotate_left(23).wrapping_mul(0xD6E8_FEB8_6659_FD93)
    })
}

fn response(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    response
}
