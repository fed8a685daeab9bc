//! A relay: listens, opens the far side, and can be shaped, stalled and cut while it runs.

use super::clock::clock;
use super::connection::Link;
use super::count::{Protocol, Reader, Tally, Traffic};
use super::line::Line;
use anyhow::Context as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use timer::TimerRuntime;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A relay to one address. Dropping it closes its port and its connections.
pub struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
    stalled: watch::Sender<bool>,
    closed: CancellationToken,
}

/// Counts since the relay started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct RelayStats {
    /// Connections accepted.
    pub connections: u64,
    /// Connections alive now.
    pub live: u64,
    /// Connections given up because the upstream could not be reached, or was taken away.
    pub refused: u64,
    /// Bytes taken from clients.
    pub bytes_up: u64,
    /// Bytes taken from the upstream.
    pub bytes_down: u64,
}

impl RelayStats {
    /// What came since `earlier`, numbers of the same relay; those alive are those alive now.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            connections: self.connections.saturating_sub(earlier.connections),
            live: self.live,
            refused: self.refused.saturating_sub(earlier.refused),
            bytes_up: self.bytes_up.saturating_sub(earlier.bytes_up),
            bytes_down: self.bytes_down.saturating_sub(earlier.bytes_down),
        }
    }
}

struct Shared {
    clock: TimerRuntime,
    /// HOST:PORT.
    upstream: String,
    up: Line,
    down: Line,
    stalled: watch::Receiver<bool>,
    /// Cancelling it drops the connections alive now; later ones get another.
    cut: Mutex<CancellationToken>,
    /// While true nobody gets through.
    away: AtomicBool,
    connections: AtomicU64,
    live: AtomicU64,
    refused: AtomicU64,
    /// What is spoken, and what has been counted of it; `None` for a relay that only carries bytes.
    counted: Option<(Protocol, Arc<Tally>)>,
}

impl Relay {
    /// Listens on a free port of 127.0.0.1 and forwards to `upstream`, half of `round_trip` away in each direction.
    /// The upstream need not be there yet: each connection looks for it anew.
    ///
    /// # Errors
    /// No port, thread or timer to be had.
    pub async fn start(upstream: SocketAddr, round_trip: Duration) -> anyhow::Result<Self> {
        Self::listen((Ipv4Addr::LOCALHOST, 0).into(), upstream.to_string(), round_trip, None).await
    }

    /// As [`Relay::start`], reading what passes as `protocol` and counting it: [`Relay::traffic`].
    ///
    /// # Errors
    /// As [`Relay::start`].
    pub async fn counting(upstream: SocketAddr, round_trip: Duration, protocol: Protocol) -> anyhow::Result<Self> {
        Self::listen((Ipv4Addr::LOCALHOST, 0).into(), upstream.to_string(), round_trip, Some(protocol)).await
    }

    /// As [`Relay::start`], on an address of the caller's choice, to `upstream` as HOST:PORT. The name is resolved again for
    /// each connection, so the upstream may move. With a `protocol`, what passes is read as that and counted.
    ///
    /// # Errors
    /// The address is not to be had, nor is a thread or a timer.
    pub async fn listen(
        listen: SocketAddr,
        upstream: impl Into<String>,
        round_trip: Duration,
        protocol: Option<Protocol>,
    ) -> anyhow::Result<Self> {
        let upstream = upstream.into();
        let counted = protocol.map(|protocol| (protocol, Arc::default()));
        let clock = clock()?;
        let (stalled, stall_seen) = watch::channel(false);
        let closed = CancellationToken::new();
        let shared = Arc::new(Shared {
            clock: clock.clone(),
            upstream,
            up: Line::default(),
            down: Line::default(),
            stalled: stall_seen,
            cut: Mutex::new(closed.child_token()),
            away: AtomicBool::new(false),
            connections: AtomicU64::new(0),
            live: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            counted,
        });
        // The listener must belong to the poller of the relays' own thread.
        let bound = clock.handle().spawn(TcpListener::bind(listen));
        let listener = bound.await?.with_context(|| format!("the relay cannot listen on {listen}"))?;
        let address = listener.local_addr()?;
        let relay = Self { address, shared: shared.clone(), stalled, closed: closed.clone() };
        relay.set_round_trip(round_trip);
        clock.handle().spawn(shared.until(closed, listener));
        Ok(relay)
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes the distance for everything that enters from now on.
    pub fn set_round_trip(&self, round_trip: Duration) {
        self.shared.up.set_delay(round_trip / 2);
        self.shared.down.set_delay(round_trip - round_trip / 2);
    }

    /// Limits each direction to so many bytes a second over all connections together; `None` lifts the limit.
    pub fn set_bandwidth(&self, bytes_per_second: Option<u64>) {
        self.shared.up.set_bandwidth(bytes_per_second);
        self.shared.down.set_bandwidth(bytes_per_second);
    }

    /// While true nothing is delivered, in neither direction; connections stay open and are still accepted.
    pub fn stall(&self, stall: bool) {
        self.stalled.send_replace(stall);
    }

    /// Breaks all connections alive now, both sides seeing a reset. New ones are accepted as before.
    pub fn cut(&self) {
        let mut cut = self.shared.cut.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *cut, self.closed.child_token()).cancel();
    }

    /// Takes the upstream away or gives it back: while away, connections break and new ones are reset at once.
    pub fn take_away(&self, away: bool) {
        self.shared.away.store(away, Ordering::SeqCst);
        if away {
            self.cut();
        }
    }

    /// What has been read of it so far; empty for a relay that does not count.
    pub fn traffic(&self) -> Traffic {
        self.shared.counted.as_ref().map_or_else(Traffic::default, |(_, tally)| tally.snapshot())
    }

    /// What went through so far.
    pub fn stats(&self) -> RelayStats {
        RelayStats {
            connections: self.shared.connections.load(Ordering::Relaxed),
            live: self.shared.live.load(Ordering::Relaxed),
            refused: self.shared.refused.load(Ordering::Relaxed),
            bytes_up: self.shared.up.bytes(),
            bytes_down: self.shared.down.bytes(),
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.closed.cancel();
    }
}

impl Shared {
    /// Relays until it is closed. Boxed here, so that what passes bytes on is compiled with this crate, whoever starts it.
    fn until(
        self: Arc<Self>,
        closed: CancellationToken,
        listener: TcpListener,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            closed.run_until_cancelled(self.listen(listener)).await;
        })
    }

    async fn listen(self: Arc<Self>, listener: TcpListener) {
        loop {
            let Ok((client, _)) = listener.accept().await else {
                // Out of file descriptors, say: the next attempt may find some.
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let accepted = Instant::now();
            self.connections.fetch_add(1, Ordering::Relaxed);
            self.live.fetch_add(1, Ordering::Relaxed);
            let cut = self.cut.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let shared = self.clone();
            tokio::spawn(async move {
                // An error is one side's end, which the other learns by the drop of its socket.
                let _ = shared.connect(client, accepted, cut).await;
                shared.live.fetch_sub(1, Ordering::Relaxed);
            });
        }
    }

    /// Opening costs a round trip, as it would over the real distance: loopback's own handshake took none.
    async fn connect(&self, client: TcpStream, accepted: Instant, cut: CancellationToken) -> std::io::Result<()> {
        client.set_nodelay(true)?;
        if self.away.load(Ordering::SeqCst) {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return client.set_zero_linger();
        }
        let opened = async {
            self.clock.timer().until(accepted + self.up.delay() + self.down.delay()).await;
            let upstream = TcpStream::connect(&self.upstream).await?;
            upstream.set_nodelay(true)?;
            Ok(upstream)
        };
        let upstream = match cut.run_until_cancelled(opened).await {
            Some(Ok(upstream)) => upstream,
            Some(Err(error)) => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                client.set_zero_linger()?;
                return Err(error);
            }
            None => return client.set_zero_linger(),
        };
        let reader = self.counted.as_ref().map(|(protocol, tally)| Mutex::new(Reader::new(*protocol, tally.clone())));
        let link = Link { timer: self.clock.timer(), up: &self.up, down: &self.down, stalled: &self.stalled, reader };
        link.carry(client, upstream, &cut).await
    }
}
