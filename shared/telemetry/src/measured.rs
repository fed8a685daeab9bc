//! The duration of a request being served, recorded however it ends: answered, or dropped because its client has left.

use crate::{
    instruments::{self, Seconds},
    names,
};
use opentelemetry::KeyValue;
use std::time::Instant;
use tracing::Span;

/// Records when it is dropped. Without [`Measured::end`] the request was cut off: left out of the histogram, the slowest requests
/// would be missing, and timeouts would make the percentiles look better.
pub(crate) struct Measured {
    seconds: &'static Seconds,
    labels: Vec<KeyValue>,
    span: Span,
    started: Instant,
    ended: bool,
}

impl Measured {
    pub(crate) fn begin(seconds: &'static Seconds, labels: Vec<KeyValue>) -> Self {
        Self { seconds, labels, span: Span::current(), started: Instant::now(), ended: false }
    }

    /// It was answered; `labels` say how.
    pub(crate) fn end(mut self, labels: impl IntoIterator<Item = KeyValue>) {
        self.labels.extend(labels);
        self.ended = true;
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        if !self.ended {
            self.labels.push(KeyValue::new(names::ERROR_TYPE, names::CANCELLED));
            crate::failed_in(&self.span, names::CANCELLED, &"nobody waits for the answer any more");
        }
        self.seconds.histogram().record(self.started.elapsed().as_secs_f64(), &self.labels);
    }
}

/// A gRPC call being answered: its duration, by method and status. Inside the call's span.
#[must_use = "a call that is dropped counts as cancelled"]
pub struct RpcServerCall(Measured);

impl RpcServerCall {
    /// Begins now. `method` has its service before it, and is a known one.
    pub fn begin(method: &'static str) -> Self {
        let labels = vec![KeyValue::new(names::RPC_SYSTEM, "grpc"), KeyValue::new(names::RPC_METHOD, method)];
        Self(Measured::begin(&instruments::RPC_SERVER, labels))
    }

    /// It was answered with this status, and whether that is the server's failure.
    pub fn end(self, status: &'static str, failed: bool) {
        let error = failed.then(|| KeyValue::new(names::ERROR_TYPE, status));
        self.0.end([KeyValue::new(names::RPC_STATUS, status)].into_iter().chain(error));
    }
}
