//! A real HTTP server in the test's own process, whose answers the test decides.

use bytes::Bytes;
use http::{HeaderValue, Response, header};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use std::convert::Infallible;
use std::future::Future;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// One answer.
#[derive(Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Bytes,
    pub(super) gzip: bool,
    pub(super) close: bool,
}

impl Reply {
    pub(super) fn ok(body: &'static str) -> Self {
        Self { status: 200, body: Bytes::from_static(body.as_bytes()), gzip: false, close: false }
    }

    pub(super) fn gzip(body: &[u8]) -> Self {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(body).unwrap();
        Self { body: encoder.finish().unwrap().into(), gzip: true, ..Self::ok("") }
    }
}

/// Listens until it is ended or dropped.
pub(super) struct Server {
    address: SocketAddr,
    ended: CancellationToken,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicU64,
    open: AtomicU64,
    requests: AtomicU64,
    traceparents: Mutex<Vec<String>>,
    cut: Mutex<CancellationToken>,
}

impl Server {
    /// `answer` gets the number of the request, from 0.
    pub(super) async fn start<A, F>(answer: A) -> Self
    where
        A: Fn(u64) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        Self::start_slow(Duration::ZERO, answer).await
    }

    /// As [`Server::start`], and attends to a new connection only after a while.
    pub(super) async fn start_slow<A, F>(greeting: Duration, answer: A) -> Self
    where
        A: Fn(u64) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (ended, seen) = (CancellationToken::new(), Arc::new(Seen::default()));
        let (ending, noted) = (ended.clone(), seen.clone());
        tokio::spawn(ended.clone().run_until_cancelled_owned(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                noted.connections.fetch_add(1, Ordering::SeqCst);
                let (answer, seen) = (answer.clone(), noted.clone());
                let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
                    let number = seen.requests.fetch_add(1, Ordering::SeqCst);
                    let trace = request.headers()["traceparent"].to_str().unwrap().to_owned();
                    seen.traceparents.lock().unwrap().push(trace);
                    let answer = answer(number);
                    async move { Ok::<_, Infallible>(response(answer.await)) }
                });
                let cut = noted.cut.lock().unwrap().clone();
                let (ending, open) = (ending.clone(), noted.clone());
                tokio::spawn(async move {
                    open.open.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(greeting).await;
                    let builder = auto::Builder::new(TokioExecutor::new());
                    tokio::select! {
                        _ = builder.serve_connection(TokioIo::new(stream), service) => {}
                        () = ending.cancelled() => {}
                        () = cut.cancelled() => {}
                    }
                    open.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        }));
        Self { address, ended, seen }
    }

    pub(super) fn base(&self) -> http::Uri {
        format!("http://{}", self.address).parse().unwrap()
    }

    /// Connections accepted so far.
    pub(super) fn connections(&self) -> u64 {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Connections that are open now.
    pub(super) fn open(&self) -> u64 {
        self.seen.open.load(Ordering::SeqCst)
    }

    pub(super) fn take_traceparents(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.traceparents.lock().unwrap())
    }

    /// Drops every connection, and keeps listening.
    pub(super) fn close_connections(&self) {
        std::mem::take(&mut *self.seen.cut.lock().unwrap()).cancel();
    }

    /// Drops every connection and the port after a while.
    pub(super) fn end_after(&self, time: Duration) -> JoinHandle<()> {
        let ended = self.ended.clone();
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            ended.cancel();
            // The listener is dropped by its own task.
            tokio::time::sleep(Duration::from_millis(20)).await;
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.cancel();
    }
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(reply.body.clone()));
    *response.status_mut() = http::StatusCode::from_u16(reply.status).unwrap();
    if reply.status == 201 {
        // The body says where what was created is.
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_maybe_shared(reply.body).unwrap());
    }
    if reply.gzip {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if reply.close {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
