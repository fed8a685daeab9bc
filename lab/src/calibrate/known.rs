//! A server whose delays are known: it waits, or works, exactly as long as the path says. A process of its own.

use super::stall::{Stall, monotonic};
use crate::exit::Failure;
use crate::relay::{Clock, clock};
use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::hint::black_box;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// What a server is started with.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownServer {
    /// When it stands still, if it does.
    pub stall: Option<Stall>,
}

/// Serves until standard input closes: `GET /wait/MICROSECONDS` answers after that time, `GET /work/ROUNDS` after so many
/// rounds of arithmetic. One thread, so that work queues behind work.
///
/// # Errors
/// Exit 3: no port, or no timer.
pub async fn serve(server: KnownServer) -> Result<(), Failure> {
    let clock = clock()?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| Failure::unfit(error.to_string()))?;
    let address = listener.local_addr().map_err(|error| Failure::unfit(error.to_string()))?;
    println!("ready known http://{address}");
    let handle = clock.handle.clone();
    let listener = listener.into_std().map_err(|error| Failure::unfit(error.to_string()))?;
    let accepting = handle.spawn(accept(listener, clock, server));
    // Whoever started us holds the other end: it closes when they end, however they end.
    let closed = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink()));
    let _ = closed.await;
    accepting.abort();
    Ok(())
}

async fn accept(listener: std::net::TcpListener, clock: Clock, server: KnownServer) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let clock = clock.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, clock.clone(), server));
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // The client closes as it likes.
            let _ = connection.await;
        });
    }
}

async fn answer(
    request: http::Request<Incoming>,
    clock: Clock,
    server: KnownServer,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let arrived = Instant::now();
    let path = request.uri().path();
    let (wait, rounds) = match (number(path, "/wait/"), number(path, "/work/")) {
        (Some(micros), _) => (Duration::from_micros(micros), 0),
        (None, Some(rounds)) => (Duration::ZERO, rounds),
        (None, None) => return Ok(response(StatusCode::NOT_FOUND, "paths are /wait/MICROSECONDS and /work/ROUNDS\n")),
    };
    black_box(work(rounds));
    let due = monotonic(arrived + wait);
    let release = server.stall.map_or(due, |stall| stall.release(due));
    if release > due || !wait.is_zero() {
        clock.timer.until(arrived + wait + (release - due)).await;
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

fn response(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}
