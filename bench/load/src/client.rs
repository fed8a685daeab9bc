//! One request and its answer, over a kept connection.

use super::body;
use super::connection::{Connection, Pool};
use super::message::Outgoing;
use super::protocol::{Protocol, Transport};
use super::request::{Call, Request};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Uri, header};
use http_body_util::Full;
use std::time::Instant;

/// The answer to a single request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status; of a gRPC call, what its own status maps to.
    pub status: u16,
    /// Headers as the server sent them.
    pub headers: HeaderMap,
    /// The body, decoded; of a gRPC call, the message as JSON.
    pub body: Bytes,
    /// The trace id the request carried.
    pub trace_id: [u8; 16],
}

/// Where requests go: the parts of the base address, taken apart once a slice.
pub(super) struct Target {
    pub(super) authority: String,
    host: HeaderValue,
    /// HTTP/2 wants whole addresses.
    base: Uri,
}

impl Request {
    /// How it reaches the server, for a driver that speaks `usual` where nothing else is said.
    pub(super) fn transport(&self, usual: Protocol) -> Transport {
        let protocol = match self.call {
            Call::Grpc(_) => Protocol::Http2,
            Call::Http | Call::Publish(_) => self.protocol.unwrap_or(usual),
        };
        Transport { protocol, reuse: self.connection }
    }
}

impl Target {
    /// # Errors
    /// The base has no host, or no port.
    pub(super) fn new(base: &Uri) -> anyhow::Result<Self> {
        let authority = base.authority().ok_or_else(|| anyhow::anyhow!("{base}: no host to send requests to"))?;
        anyhow::ensure!(base.port_u16().is_some(), "{base}: no port to send requests to");
        let host = HeaderValue::from_str(authority.as_str())?;
        Ok(Self { authority: authority.to_string(), host, base: base.clone() })
    }

    /// The request as it goes out; `path` is the request's own, parsed, and `body` its own, encoded.
    pub(super) fn outgoing(
        &self,
        request: &Request,
        (path, body): (&Uri, Bytes),
        traceparent: HeaderValue,
        protocol: Protocol,
    ) -> Outgoing {
        let mut outgoing = http::Request::new(Full::new(body));
        *outgoing.method_mut() = request.method.clone();
        *outgoing.headers_mut() = request.headers.clone();
        *outgoing.uri_mut() = path.clone();
        let headers = outgoing.headers_mut();
        headers.insert("traceparent", traceparent);
        // gRPC has an encoding of its own for messages, and the driver asks for none.
        if !headers.contains_key(header::ACCEPT_ENCODING) && matches!(request.call, Call::Http) {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        match protocol {
            Protocol::Http1 => drop(headers.insert(header::HOST, self.host.clone())),
            Protocol::Http2 => {
                let mut parts = self.base.clone().into_parts();
                parts.path_and_query = path.path_and_query().cloned();
                if let Ok(whole) = Uri::from_parts(parts) {
                    *outgoing.uri_mut() = whole;
                }
            }
        }
        outgoing
    }
}

/// An answer read to its end, and the connection it came on.
pub(super) struct Exchange {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: body::Read,
    /// When the last byte had been read.
    pub(super) done: Instant,
    /// Bytes read and written for this request; `None` on a connection that requests share.
    pub(super) bytes: Option<(u64, u64)>,
    pub(super) connection: Connection,
}

/// Why a request has no answer; the text is the kind counted in the results.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("cannot connect: {}", .0.kind())]
    Connect(#[source] std::io::Error),
    #[error("connection lost")]
    Lost(#[source] hyper::Error),
    #[error("body cut short")]
    Body(#[source] hyper::Error),
}

/// Sends a request and reads the whole answer. A kept connection that the server closed meanwhile, before it took the
/// request, is replaced by a new one: every keep-alive client does that, and it is not the server's error.
pub(super) async fn exchange(
    pool: &Pool,
    target: &Target,
    (request, transport): (Outgoing, Transport),
    keep: bool,
) -> Result<Exchange, Failure> {
    let mut connection = pool.take(&target.authority, transport).await.map_err(Failure::Connect)?;
    let pending = pool.creations.pending(&target.authority, &request);
    let mut before = connection.traffic.so_far();
    let answer = match connection.send(request).await {
        Ok(answer) => answer,
        Err(mut refused) => match refused.take_message() {
            Some(request) if connection.used => {
                connection = pool.open(&target.authority, transport).await.map_err(Failure::Connect)?;
                before = connection.traffic.so_far();
                connection.send(request).await.map_err(|error| Failure::Lost(error.into_error()))?
            }
            _ => return Err(Failure::Lost(refused.into_error())),
        },
    };
    if let Some(pending) = pending {
        pending.answered(&answer);
    }
    let (parts, body) = answer.into_parts();
    let body = body::read(&parts.headers, body, keep).await.map_err(Failure::Body)?;
    let done = connection.answered();
    let bytes = connection.bytes_since(before);
    Ok(Exchange { status: parts.status.as_u16(), headers: parts.headers, body, done, bytes, connection })
}
