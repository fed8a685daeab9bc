//! W3C trace context in and out: HTTP headers, gRPC metadata, and pairs of strings for message headers.

use ::http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::{
    global,
    propagation::{Extractor, Injector},
    trace::{SpanContext, TraceContextExt as _},
};
use std::collections::BTreeMap;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Where a context can be read from.
pub trait Carrier {
    /// The value of a header; names are lower case.
    fn value(&self, name: &str) -> Option<&str>;
}

impl Carrier for HeaderMap {
    fn value(&self, name: &str) -> Option<&str> {
        self.get(name)?.to_str().ok()
    }
}

impl Carrier for BTreeMap<String, String> {
    fn value(&self, name: &str) -> Option<&str> {
        self.get(name).map(String::as_str)
    }
}

struct Read<'a, C>(&'a C);

impl<C: Carrier> Extractor for Read<'_, C> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.value(key)
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate"]
    }
}

/// Makes `span` a child of the context that came with a request or a message; without one it stays a root.
pub fn adopt(span: &Span, carrier: &impl Carrier) {
    let context = global::get_text_map_propagator(|p| p.extract(&Read(carrier)));
    if let Err(error) = span.set_parent(context) {
        tracing::debug!(%error, "trace context not taken up");
    }
}

/// Makes `span` a child of the current one by its trace alone: the current span may end before it.
///
/// A span that is a child in the usual way keeps its parent open, and the request would seem to last as long as what it
/// left behind.
pub fn follow(span: &Span) {
    if let Err(error) = span.set_parent(Span::current().context()) {
        tracing::debug!(%error, "trace context not taken up");
    }
}

/// A span's name for others, kept without keeping the span open.
#[derive(Clone, Debug)]
pub struct SpanName(SpanContext);

impl SpanName {
    /// Of this span.
    #[must_use]
    pub fn of(span: &Span) -> Self {
        Self(span.context().span().span_context().clone())
    }
}

/// Says on `span` that it has to do with another one, which may be in another trace.
pub fn link(span: &Span, other: &SpanName) {
    span.add_link(other.0.clone());
}

/// The current context as pairs of strings, to travel in message headers.
#[must_use]
pub fn current_context() -> BTreeMap<String, String> {
    struct Pairs(BTreeMap<String, String>);
    impl Injector for Pairs {
        fn set(&mut self, key: &str, value: String) {
            self.0.insert(key.to_owned(), value);
        }
    }
    let mut pairs = Pairs(BTreeMap::new());
    global::get_text_map_propagator(|p| p.inject_context(&Span::current().context(), &mut pairs));
    pairs.0
}

/// Puts the current context into the headers of an outgoing request.
pub fn inject(headers: &mut HeaderMap) {
    for (name, value) in current_context() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
}

/// Puts the current context into the metadata of an outgoing gRPC call.
pub fn inject_metadata(metadata: &mut tonic::metadata::MetadataMap) {
    let mut headers = std::mem::take(metadata).into_headers();
    inject(&mut headers);
    *metadata = tonic::metadata::MetadataMap::from_headers(headers);
}
