//! Connections to the services: opened when none is idle, kept for the next request, counted, never capped.

use super::counting::{Counting, Traffic};
use super::created::Creations;
use super::message::{Incoming, Outgoing};
use super::protocol::{Protocol, Reuse, Transport};
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::net::TcpStream;

/// One connection, ready for a request.
pub(super) struct Connection {
    sender: Sender,
    transport: Transport,
    pub(super) traffic: Arc<Traffic>,
    /// Whether it has carried a request before, so that a failure to send may be the server's idle time-out.
    pub(super) used: bool,
}

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

impl Connection {
    /// Opens one to `authority` (host:port).
    async fn open(authority: &str, transport: Transport, shared: Arc<Traffic>) -> io::Result<Self> {
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let traffic = Arc::new(Traffic::default());
        let with = if transport.is_shared() { shared } else { Arc::default() };
        let io = TokioIo::new(Counting::new(stream, traffic.clone(), with));
        // An error of the connection's own task reaches the request it carried; there is nobody else to tell.
        let sender = match transport.protocol {
            Protocol::Http1 => {
                let (sender, connection) = http1::handshake(io).await.map_err(io::Error::other)?;
                tokio::spawn(async move { drop(connection.await) });
                Sender::Http1(sender)
            }
            Protocol::Http2 => {
                let (sender, connection) =
                    http2::handshake(TokioExecutor::new(), io).await.map_err(io::Error::other)?;
                tokio::spawn(async move { drop(connection.await) });
                Sender::Http2(sender)
            }
        };
        Ok(Self { sender, transport, traffic, used: false })
    }

    pub(super) async fn send(&mut self, request: Outgoing) -> Result<Incoming, TrySendError<Outgoing>> {
        match &mut self.sender {
            Sender::Http1(sender) => sender.try_send_request(request).await,
            Sender::Http2(sender) => sender.try_send_request(request).await,
        }
    }

    fn is_open(&self) -> bool {
        match &self.sender {
            Sender::Http1(sender) => !sender.is_closed(),
            Sender::Http2(sender) => !sender.is_closed(),
        }
    }

    /// Bytes read and written since the connection's count was `before`; `None` where other requests are among them.
    pub(super) fn bytes_since(&self, before: (u64, u64)) -> Option<(u64, u64)> {
        let now = self.traffic.so_far();
        (!self.transport.is_shared()).then(|| (now.0 - before.0, now.1 - before.1))
    }

    /// When the last byte of an answer that is now read to its end had come: not before the answer's own, where no other request
    /// is on the connection.
    pub(super) fn answered(&self) -> Instant {
        if self.transport.is_shared() { Instant::now() } else { self.traffic.last_read() }
    }

    /// Waits until the next request may be sent; false if the connection ended instead.
    async fn ready(&mut self) -> bool {
        match &mut self.sender {
            Sender::Http1(sender) => sender.ready().await.is_ok(),
            Sender::Http2(sender) => sender.ready().await.is_ok(),
        }
    }

    /// A second handle on the same connection, where the protocol allows it.
    fn shared(&self) -> Option<Self> {
        match &self.sender {
            Sender::Http1(_) => None,
            Sender::Http2(sender) => {
                let (sender, traffic) = (Sender::Http2(sender.clone()), self.traffic.clone());
                Some(Self { sender, transport: self.transport, traffic, used: self.used })
            }
        }
    }
}

/// Idle connections by protocol and authority.
pub(super) struct Pool {
    /// What requests without a choice of their own are spoken in.
    protocol: Protocol,
    http1: Mutex<Idle>,
    http2: Mutex<Idle>,
    /// HTTP/2 only: one task opens, the others wait for it.
    opening: tokio::sync::Mutex<()>,
    opened: AtomicU64,
    shared: Arc<Traffic>,
    /// What was created over them.
    pub(super) creations: Creations,
}

type Idle = HashMap<String, Vec<Connection>>;

impl Pool {
    pub(super) fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            http1: Mutex::default(),
            http2: Mutex::default(),
            opening: tokio::sync::Mutex::default(),
            opened: AtomicU64::new(0),
            shared: Arc::default(),
            creations: Creations::default(),
        }
    }

    pub(super) fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Connections opened so far, failed attempts left out.
    pub(super) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// Bytes read and written so far over all connections that requests share.
    pub(super) fn shared_traffic(&self) -> (u64, u64) {
        self.shared.so_far()
    }

    /// An idle connection, or a new one: the driver never waits for another request's connection.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub(super) async fn take(&self, authority: &str, transport: Transport) -> io::Result<Connection> {
        if transport.reuse == Reuse::PerRequest {
            return self.open(authority, transport).await;
        }
        if let Some(connection) = self.idle(authority, transport.protocol) {
            return Ok(connection);
        }
        match transport.protocol {
            Protocol::Http1 => self.open(authority, transport).await,
            Protocol::Http2 => {
                let _turn = self.opening.lock().await;
                if let Some(connection) = self.idle(authority, transport.protocol) {
                    return Ok(connection);
                }
                let connection = self.open(authority, transport).await?;
                if let Some(shared) = connection.shared() {
                    self.put(authority, shared);
                }
                Ok(connection)
            }
        }
    }

    /// Opens a connection although others may be idle.
    pub(super) async fn open(&self, authority: &str, transport: Transport) -> io::Result<Connection> {
        let connection = Connection::open(authority, transport, self.shared.clone()).await?;
        self.opened.fetch_add(1, Ordering::Relaxed);
        Ok(connection)
    }

    /// Takes a connection back once it can carry another request; one that closed, or was for one request, is dropped.
    pub(super) async fn give_back(&self, authority: &str, mut connection: Connection) {
        let kept = Transport { protocol: Protocol::Http1, reuse: Reuse::Kept };
        if connection.transport == kept && connection.ready().await {
            connection.used = true;
            self.put(authority, connection);
        }
    }

    fn put(&self, authority: &str, connection: Connection) {
        let mut idle = self.of(connection.transport.protocol);
        match idle.get_mut(authority) {
            Some(connections) => connections.push(connection),
            None => drop(idle.insert(authority.to_owned(), vec![connection])),
        }
    }

    fn idle(&self, authority: &str, protocol: Protocol) -> Option<Connection> {
        let mut idle = self.of(protocol);
        let connections = idle.get_mut(authority)?;
        while let Some(connection) = connections.pop() {
            if connection.is_open() {
                // HTTP/2: a handle stays behind for the next request.
                connections.extend(connection.shared());
                return Some(connection);
            }
        }
        None
    }

    fn of(&self, protocol: Protocol) -> MutexGuard<'_, Idle> {
        let idle = match protocol {
            Protocol::Http1 => &self.http1,
            Protocol::Http2 => &self.http2,
        };
        idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
