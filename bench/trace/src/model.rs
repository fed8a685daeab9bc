//! A span as the bench keeps it: ids, times, and only those attributes that somebody here reads.

use std::sync::Arc;

/// The id of a trace (W3C trace context).
pub type TraceId = [u8; 16];
/// The id of a span within its trace.
pub type SpanId = [u8; 8];

/// The role of a span, as OpenTelemetry names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// Work inside a process.
    Internal,
    /// A request being answered.
    Server,
    /// A call going out, waited for.
    Client,
    /// A message going out, not waited for by its consumer's work.
    Producer,
    /// A message being worked on.
    Consumer,
}

/// The attributes that are kept; everything else is dropped when a span arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// `http.request.method`
    HttpMethod,
    /// `http.route`
    HttpRoute,
    /// `http.response.status_code`
    HttpStatus,
    /// `http.response.body.size`, bytes
    HttpResponseSize,
    /// `url.template`
    UrlTemplate,
    /// `url.path`
    UrlPath,
    /// `url.query`
    UrlQuery,
    /// `server.address`
    ServerAddress,
    /// `server.port`
    ServerPort,
    /// `service.peer.name`
    PeerService,
    /// `rpc.system.name`
    RpcSystem,
    /// `rpc.service`, which older libraries send beside the bare method
    RpcService,
    /// `rpc.method`: with its service before it, or in older libraries without
    RpcMethod,
    /// `db.system.name`
    DbSystem,
    /// `db.namespace`
    DbNamespace,
    /// `db.query.summary`
    DbSummary,
    /// `db.query.text`
    DbText,
    /// `db.operation.name`
    DbOperation,
    /// `db.operation.batch.size`: commands of one pipeline
    DbBatch,
    /// `db.response.returned_rows`
    DbRows,
    /// All `db.query.parameter.*` folded into one number: equal numbers, equal parameters.
    DbParameters,
    /// `messaging.system`
    MessagingSystem,
    /// `messaging.destination.name`
    MessagingDestination,
    /// `workshop.kind`: `serialization`, `wait`, `flight` or `background`
    WorkshopKind,
    /// `workshop.longest_poll_us`: microseconds that the request kept a worker thread at the most
    LongestPoll,
    /// `workshop.cache`: how the edge came by its answer
    WorkshopCache,
    /// `code.file.path`
    CodeFile,
    /// `code.line.number`
    CodeLine,
}

impl Key {
    /// The key of a semantic-convention name, older spellings included; `None` for what is not kept.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "http.request.method" | "http.method" => Self::HttpMethod,
            "http.route" => Self::HttpRoute,
            "http.response.status_code" | "http.status_code" => Self::HttpStatus,
            "http.response.body.size" => Self::HttpResponseSize,
            "url.template" => Self::UrlTemplate,
            "url.path" => Self::UrlPath,
            "url.query" => Self::UrlQuery,
            "server.address" | "net.peer.name" => Self::ServerAddress,
            "server.port" | "net.peer.port" => Self::ServerPort,
            "peer.service" | "service.peer.name" => Self::PeerService,
            "rpc.system" | "rpc.system.name" => Self::RpcSystem,
            "rpc.service" => Self::RpcService,
            "rpc.method" => Self::RpcMethod,
            "db.system.name" | "db.system" => Self::DbSystem,
            "db.namespace" | "db.name" => Self::DbNamespace,
            "db.query.summary" => Self::DbSummary,
            "db.query.text" | "db.statement" => Self::DbText,
            "db.operation.name" | "db.operation" => Self::DbOperation,
            "db.operation.batch.size" => Self::DbBatch,
            "db.response.returned_rows" => Self::DbRows,
            "messaging.system" => Self::MessagingSystem,
            "messaging.destination.name" => Self::MessagingDestination,
            "workshop.kind" => Self::WorkshopKind,
            "workshop.longest_poll_us" => Self::LongestPoll,
            "workshop.cache" => Self::WorkshopCache,
            "code.file.path" | "code.filepath" => Self::CodeFile,
            "code.line.number" | "code.lineno" => Self::CodeLine,
            _ => return None,
        })
    }
}

/// The value of an attribute; texts are shared between the spans that carry the same one.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(Arc<str>),
    /// A number, or a boolean as 0 and 1.
    Int(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

/// The kept attributes of a span. A dozen at most, so a list is quicker than a map.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attributes(Box<[(Key, Value)]>);

impl Attributes {
    /// The text under `key`; `None` where it is missing or a number.
    pub fn text(&self, key: Key) -> Option<&str> {
        self.shared(key).map(AsRef::as_ref)
    }

    /// Like [`Attributes::text`], for a caller that keeps it.
    pub fn shared(&self, key: Key) -> Option<&Arc<str>> {
        self.0.iter().find_map(|(k, value)| match value {
            Value::Text(text) if *k == key => Some(text),
            _ => None,
        })
    }

    /// The number under `key`; a text that spells a number counts as one.
    pub fn int(&self, key: Key) -> Option<i64> {
        self.0.iter().find(|(k, _)| *k == key).and_then(|(_, value)| match value {
            Value::Int(number) => Some(*number),
            Value::Text(text) => text.parse().ok(),
        })
    }

    /// All of them, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = &(Key, Value)> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Key, Value)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// One finished span.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// The trace it belongs to.
    pub trace_id: TraceId,
    /// Its own id.
    pub id: SpanId,
    /// The span it hangs on; `None` where a trace begins.
    pub parent: Option<SpanId>,
    /// Its role.
    pub kind: SpanKind,
    /// Its name.
    pub name: Arc<str>,
    /// `service.name` of the process that sent it.
    pub service: Arc<str>,
    /// `workshop.variants` of the process that sent it; empty where it has none.
    pub variants: Arc<str>,
    /// Nanoseconds since 1970, by the sender's clock.
    pub start_ns: u64,
    /// Nanoseconds since 1970, by the sender's clock.
    pub end_ns: u64,
    /// What is kept of its attributes.
    pub attributes: Attributes,
    /// Whether its status says error.
    pub error: bool,
}

impl Span {
    /// `file:line` of the code that made the span, where it says so.
    pub fn code(&self) -> Option<String> {
        let file = self.attributes.text(Key::CodeFile)?;
        Some(match self.attributes.int(Key::CodeLine) {
            Some(line) => format!("{file}:{line}"),
            None => file.to_owned(),
        })
    }
}
