//! One request as it is described: an HTTP request, a unary gRPC call or a message for the broker.

use super::grpc::Rpc;
use super::protocol::{Protocol, Reuse};
use super::publish::Address;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use prost_reflect::DescriptorPool;
use std::sync::Arc;

/// One request of the mix.
#[derive(Debug, Clone)]
pub struct Request {
    /// What it is; the other fields mean what HTTP says unless this says otherwise.
    pub call: Call,
    /// Its method.
    pub method: Method,
    /// Path and query, beginning with a slash, percent-encoded where the URI grammar asks for it.
    pub path: String,
    /// Headers beside the driver's own (host, traceparent, and accept-encoding: gzip unless given here).
    pub headers: HeaderMap,
    /// The body; empty for none. A gRPC call has its message here as JSON, encoded when the mix is made.
    pub body: Bytes,
    /// The statuses a right answer may have; any other is an unexpected error. A gRPC status counts as the HTTP status that
    /// it maps to (by the comments of google/rpc/code.proto: NOT_FOUND is 404, UNAVAILABLE 503); a message the broker confirmed has 200.
    pub accept: Vec<u16>,
    /// A text that a right answer holds; in the answer of a gRPC call, written as JSON. GraphQL says what went wrong in the
    /// body, not in the status.
    pub contains: Option<String>,
    /// What kind of request it is; results are also given by kind.
    pub tag: Arc<str>,
    /// Which of the caller's templates it was made from. Nothing here reads it: it leads from an answer back to what was promised.
    pub template: usize,
    /// Whether its latency counts. Background load is sent, its errors count, its latency does not.
    pub timed: bool,
    /// What it is spoken in, where that is not the driver's own choice. A gRPC call is always HTTP/2.
    pub protocol: Option<Protocol>,
    /// Which connection it goes over.
    pub connection: Reuse,
}

/// What a request is.
#[derive(Debug, Clone, Default)]
pub enum Call {
    /// An HTTP request.
    #[default]
    Http,
    /// A unary gRPC call.
    Grpc(Rpc),
    /// A message for the broker; its latency lasts until the broker confirms it.
    Publish(Address),
}

/// The tag of requests that have none of their own.
pub const MAIN: &str = "main";

impl Request {
    /// A GET that expects 200.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            call: Call::Http,
            method: Method::GET,
            path: path.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            accept: vec![200],
            contains: None,
            tag: MAIN.into(),
            template: 0,
            timed: true,
            protocol: None,
            connection: Reuse::Kept,
        }
    }

    /// A unary call of the method at `path` (`/package.Service/Method`) with a message written as JSON, which expects OK.
    ///
    /// `interfaces` are the descriptors of the services, as `protoc --descriptor_set_out` writes them.
    ///
    /// # Errors
    /// The interfaces have no such method, or it streams.
    pub fn grpc(interfaces: &DescriptorPool, path: impl Into<String>, json: impl Into<Bytes>) -> anyhow::Result<Self> {
        let path = path.into();
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        // Without it a server may believe that a proxy in between drops trailers, and with them the status.
        headers.insert(header::TE, HeaderValue::from_static("trailers"));
        let call = Call::Grpc(Rpc::at(interfaces, &path)?);
        Ok(Self { call, method: Method::POST, headers, body: json.into(), ..Self::get(path) })
    }

    /// A persistent message of JSON, to `/exchanges/NAME/ROUTING.KEY` or `/queues/NAME`: RabbitMQ's own way to write
    /// addresses. The names get the prefix of the broker it is published at ([`super::Driver::publish_at`]).
    ///
    /// # Errors
    /// An address that is neither.
    pub fn publish(path: impl Into<String>, json: impl Into<Bytes>) -> anyhow::Result<Self> {
        let path = path.into();
        let call = Call::Publish(Address::at(&path)?);
        Ok(Self { call, method: Method::POST, body: json.into(), ..Self::get(path) })
    }

    /// Whether an answer with this status may be right.
    pub fn accepts(&self, status: u16) -> bool {
        self.accept.contains(&status)
    }

    /// The body as it goes over the wire.
    ///
    /// # Errors
    /// A gRPC call whose body is not its message in JSON.
    pub(super) fn wire_body(&self) -> anyhow::Result<Bytes> {
        match &self.call {
            Call::Grpc(rpc) => rpc.frame(&self.body),
            Call::Http | Call::Publish(_) => Ok(self.body.clone()),
        }
    }
}
