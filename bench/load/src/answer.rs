//! What an answer amounts to: its status, its body decoded, and what is wrong with it.

use super::body;
use super::grpc::{self, Rpc};
use super::request::{Call, Request};
use bytes::Bytes;
use http::HeaderMap;

/// An answer that was read.
pub(super) struct DecodedResponse {
    /// HTTP status; of a gRPC call, what its own maps to.
    pub(super) status: u16,
    /// What is wrong with it, as it is counted.
    pub(super) wrong: Option<String>,
    /// Bytes of the body, decoded; of a gRPC call, of the message.
    pub(super) body_bytes: u64,
    /// The body, decoded, if it was kept; of a gRPC call the message as JSON.
    pub(super) body: Option<Bytes>,
}

impl Request {
    /// Whether its answer can be judged without keeping the body.
    pub(super) fn needs_body(&self) -> bool {
        self.contains.is_some() || matches!(self.call, Call::Grpc(_))
    }

    /// Judges an answer. With `whole` the decoded body is part of it; it must have been kept then.
    ///
    /// # Errors
    /// The body is not what its headers promise.
    pub(super) fn decode(
        &self,
        status: u16,
        headers: &HeaderMap,
        body: body::Read,
        whole: bool,
    ) -> anyhow::Result<DecodedResponse> {
        match &self.call {
            // What a proxy in between says is HTTP's, not gRPC's.
            Call::Grpc(rpc) if status == 200 => self.decode_rpc(rpc, headers, body, whole),
            _ => {
                let body_bytes = body.decoded_length();
                let body = (whole || self.contains.is_some()).then(|| body.decoded()).transpose()?;
                let wrong = self.wrong(&format!("status {status}"), status, body.as_deref());
                Ok(DecodedResponse { status, wrong, body_bytes, body: body.filter(|_| whole) })
            }
        }
    }

    fn decode_rpc(
        &self,
        rpc: &Rpc,
        headers: &HeaderMap,
        body: body::Read,
        whole: bool,
    ) -> anyhow::Result<DecodedResponse> {
        let reply = grpc::reply(headers, body);
        let grpc::Reply { code, message } = reply.map_err(|error| anyhow::anyhow!("not a gRPC answer: {error:#}"))?;
        let body_bytes = message.len() as u64;
        let read = code == tonic::Code::Ok && (whole || self.contains.is_some());
        let body = read.then(|| rpc.json(message)).transpose()?;
        let status = grpc::as_http(code);
        let wrong = self.wrong(&format!("gRPC status {code:?}"), status, body.as_deref());
        Ok(DecodedResponse { status, wrong, body_bytes, body: body.filter(|_| whole) })
    }

    /// What is wrong with an answer, as it is counted; `said` is what it said of itself.
    fn wrong(&self, said: &str, status: u16, body: Option<&[u8]>) -> Option<String> {
        if !self.accepts(status) {
            return Some(said.to_owned());
        }
        let text = self.contains.as_deref()?;
        let found = body.is_some_and(|body| body.windows(text.len().max(1)).any(|part| part == text.as_bytes()));
        (!found).then(|| format!("{said} without {text:?}"))
    }
}
