//! What a request is spoken in, and which connection carries it.

use serde::Deserialize;

/// What the driver speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// HTTP/1.1 with keep-alive: one request in flight a connection.
    Http1,
    /// HTTP/2 with prior knowledge: one connection, all requests on it.
    Http2,
}

/// Which connection a request goes over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reuse {
    /// One that is kept from request to request; opened only where none is free.
    #[default]
    Kept,
    /// A new one, closed after the answer. To connect is part of the latency. On loopback the closing side keeps the port
    /// for a minute (TIME_WAIT), so about 28,000 requests a minute are all that Linux's range of ports allows.
    PerRequest,
}

/// How a request reaches the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Transport {
    pub(super) protocol: Protocol,
    pub(super) reuse: Reuse,
}

impl Transport {
    /// Whether other requests may be on the same connection at the same time, so that no byte is one request's own.
    pub(super) fn is_shared(self) -> bool {
        self.protocol == Protocol::Http2 && self.reuse == Reuse::Kept
    }
}
