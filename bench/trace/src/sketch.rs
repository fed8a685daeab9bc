//! Spans written down by hand, for tests of what is made of spans. Times are milliseconds, of 2026-01-01 on.

use crate::{Key, Span, SpanKind, Value};

/// The service the spans are of, unless [`Sketch::of`] says otherwise.
pub const MEASURED: &str = "search";
const MS: u64 = 1_000_000;
/// 2026 in nanoseconds: the times of real spans are large.
const EPOCH: u64 = 1_767_225_600_000_000_000;

/// A span of the measured service in trace 1.
pub fn span(id: u64, parent: u64, kind: SpanKind, name: &str, start: u64, end: u64) -> Span {
    Span {
        trace_id: 1u128.to_be_bytes(),
        id: id.to_be_bytes(),
        parent: (parent != 0).then(|| parent.to_be_bytes()),
        kind,
        name: name.into(),
        service: MEASURED.into(),
        variants: "".into(),
        start_ns: EPOCH + start * MS,
        end_ns: EPOCH + end * MS,
        attributes: [].into_iter().collect(),
        error: false,
    }
}

/// Variations of a span.
pub trait Sketch {
    /// With attributes that are text.
    fn with(self, pairs: &[(Key, &str)]) -> Span;
    /// With the number of rows a query returned.
    fn rows(self, rows: i64) -> Span;
    /// With the place in the code that made it.
    fn code(self, file: &str, line: i64) -> Span;
    /// Of another service than [`MEASURED`].
    fn of(self, service: &str) -> Span;
    /// In another trace than 1.
    fn in_trace(self, trace: u128) -> Span;
    /// With an attribute that is a number.
    fn number(self, key: Key, number: i64) -> Span;
}

impl Sketch for Span {
    fn with(mut self, pairs: &[(Key, &str)]) -> Span {
        for (key, text) in pairs {
            self = add(self, *key, Value::from(*text));
        }
        self
    }

    fn rows(self, rows: i64) -> Span {
        self.number(Key::DbRows, rows)
    }

    fn code(self, file: &str, line: i64) -> Span {
        self.with(&[(Key::CodeFile, file)]).number(Key::CodeLine, line)
    }

    fn of(mut self, service: &str) -> Span {
        self.service = service.into();
        self
    }

    fn in_trace(mut self, trace: u128) -> Span {
        self.trace_id = trace.to_be_bytes();
        self
    }

    fn number(self, key: Key, number: i64) -> Span {
        add(self, key, Value::from(number))
    }
}

fn add(mut span: Span, key: Key, value: Value) -> Span {
    span.attributes = span.attributes.iter().cloned().chain([(key, value)]).collect();
    span
}

/// The entry of a request: it hangs on the bench's own span, which nobody exports.
pub fn root(start: u64, end: u64) -> Span {
    let route = [(Key::HttpMethod, "GET"), (Key::HttpRoute, "/v1/search")];
    span(1, 0xbe9c_0000_0000, SpanKind::Server, "GET /v1/search", start, end).with(&route)
}

/// A query.
pub fn db(id: u64, parent: u64, text: &str, start: u64, end: u64) -> Span {
    span(id, parent, SpanKind::Client, "query", start, end).with(&[(Key::DbSystem, "postgresql"), (Key::DbText, text)])
}

/// A cache call.
pub fn cache(id: u64, parent: u64, operation: &str, start: u64, end: u64) -> Span {
    let attributes = [(Key::DbSystem, "redis"), (Key::DbOperation, operation)];
    span(id, parent, SpanKind::Client, operation, start, end).with(&attributes)
}

/// A gRPC call going out.
pub fn rpc(id: u64, parent: u64, start: u64, end: u64) -> Span {
    let attributes =
        [(Key::RpcSystem, "grpc"), (Key::RpcService, "shop.Recommendations"), (Key::RpcMethod, "GoTogether")];
    span(id, parent, SpanKind::Client, "shop.Recommendations/GoTogether", start, end).with(&attributes)
}

/// An internal span.
pub fn inside(id: u64, parent: u64, name: &str, start: u64, end: u64) -> Span {
    span(id, parent, SpanKind::Internal, name, start, end)
}

/// A wait for a pooled connection.
pub fn wait(id: u64, parent: u64, start: u64, end: u64) -> Span {
    inside(id, parent, "acquire connection", start, end).with(&[(Key::WorkshopKind, "wait")])
}
