//! The receiver's listener, and how to wait until everything has come.

use super::intake::{Intake, Limits, Received};
use super::readings::Reading;
use super::{grpc, http};
use anyhow::Context;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt as _;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, sleep, timeout};

/// Requests read at one time: with the limit of a body this bounds the memory of what is on its way in.
const MAX_CONCURRENT: usize = 8;

/// A sender that stalls must not hold one of those permits for ever.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The shop's exporters send every 200 ms: after twice that long without a span all processes have had their turn.
const QUIET: Duration = Duration::from_millis(400);

/// Without the expected number, this long without a span means that no more will come.
const SILENCE: Duration = Duration::from_secs(2);

const POLL: Duration = Duration::from_millis(20);

/// An OTLP endpoint, on a free port of the loopback unless another address is asked for, for gRPC and for HTTP/protobuf. Closes when dropped.
#[derive(Debug)]
pub struct Receiver {
    intake: Arc<Intake>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
}

#[derive(Clone)]
struct Gate {
    intake: Arc<Intake>,
    permits: Arc<Semaphore>,
}

/// Serves until it is stopped. Boxed here, so that what reads telemetry is compiled with this crate, whoever starts it.
fn served(
    listener: TcpListener,
    routes: Router,
    stopped: oneshot::Receiver<()>,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    // Without this every export waits 40 ms for a delayed acknowledgement, and exporters fall behind the load.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    Box::pin(async move {
        let served = axum::serve(listener, routes).with_graceful_shutdown(async {
            let _ = stopped.await;
        });
        if let Err(error) = served.await {
            tracing::error!(%error, "the OTLP receiver stopped");
        }
    })
}

impl Receiver {
    /// Starts with the default [`Limits`]. Fails where no port can be had. Wants a tokio runtime.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(Limits::default()).await
    }

    /// Starts at an address of one's own choice, for senders that are told it beforehand.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub async fn start_at(address: SocketAddr) -> anyhow::Result<Self> {
        Self::start_on(address, Limits::default()).await
    }

    /// Starts with other limits.
    pub async fn start_with(limits: Limits) -> anyhow::Result<Self> {
        Self::start_on(([127, 0, 0, 1], 0).into(), limits).await
    }

    async fn start_on(address: SocketAddr, limits: Limits) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("the OTLP receiver cannot listen on {address}"))?;
        let address = listener.local_addr().context("the OTLP receiver has no address")?;
        let intake = Arc::new(Intake::new(limits));
        let gate = Gate { intake: Arc::clone(&intake), permits: Arc::new(Semaphore::new(MAX_CONCURRENT)) };
        let routes = grpc::routes(&intake).merge(http::routes(&intake)).fallback(http::unknown);
        let routes = routes.layer(from_fn_with_state(gate, admit));
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(served(listener, routes, stopped));
        Ok(Self { intake, address, stop: Some(stop) })
    }

    /// The value for `OTEL_EXPORTER_OTLP_ENDPOINT`, for either protocol.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything since the last call, drained. Spans of these traces that come later are counted as late and not kept.
    /// Metrics stay: see [`Receiver::readings`].
    pub fn take(&self) -> Received {
        self.intake.take()
    }

    /// The last and the largest value of every metric series, and how many values found no room.
    pub fn readings(&self) -> (Vec<Reading>, u64) {
        self.intake.readings()
    }

    /// Waits until spans of `expected_roots` requests have come and nothing follows, or nothing has come for two
    /// seconds, or `cap` is over. A request counts when a server span of its trace is here; the bench gives every
    /// request a trace of its own.
    pub async fn settle(&self, expected_roots: usize, cap: Duration) {
        self.settle_after(expected_roots, SILENCE, cap).await;
    }

    /// As [`Receiver::settle`], for exporters that send less often than the shop's: only after `silence` without a span will no
    /// more come.
    pub async fn settle_after(&self, expected_roots: usize, silence: Duration, cap: Duration) {
        let begin = Instant::now();
        while begin.elapsed() < cap {
            let (requests, changed) = self.intake.progress();
            let quiet = changed.elapsed().min(begin.elapsed());
            if quiet >= silence || quiet >= QUIET && requests >= expected_roots {
                return;
            }
            sleep(POLL).await;
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

/// Lets in a few requests at a time, and counts those that could not be read (tonic answers some of them by itself).
async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let Ok(_permit) = gate.permits.acquire().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let Ok(response) = timeout(BODY_TIMEOUT, next.run(request)).await else {
        gate.intake.malformed();
        return (StatusCode::REQUEST_TIMEOUT, "the body took too long\n").into_response();
    };
    if response.status().is_client_error() || refused_by_tonic(response.headers()) {
        gate.intake.malformed();
    }
    response
}

fn refused_by_tonic(headers: &HeaderMap) -> bool {
    headers.get("grpc-status").is_some_and(|status| status != "0")
}
