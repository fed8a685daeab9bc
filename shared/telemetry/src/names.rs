//! Every attribute and metric name used in the shop; OpenTelemetry semantic conventions where they have one.

/// The dependency's kind: `postgresql` or `redis`.
pub const DB_SYSTEM: &str = "db.system.name";
/// A short stable name of the statement, such as `search.hits`.
pub const DB_QUERY_SUMMARY: &str = "db.query.summary";
/// The statement's text, with placeholders.
pub const DB_QUERY_TEXT: &str = "db.query.text";
/// Rows the statement gave.
pub const DB_RETURNED_ROWS: &str = "db.response.returned_rows";
/// The command sent to a cache, such as `MGET`.
pub const DB_OPERATION: &str = "db.operation.name";
/// How many commands a pipeline sends; missing for a single one.
pub const DB_OPERATION_BATCH: &str = "db.operation.batch.size";
/// The request's method.
pub const HTTP_METHOD: &str = "http.request.method";
/// The matched route of the server, such as `/v1/products/{id}`.
pub const HTTP_ROUTE: &str = "http.route";
/// The path asked for, as it came: with the route's placeholders filled in.
pub const URL_PATH: &str = "url.path";
/// What stood behind the question mark; no route of the shop takes a secret there.
pub const URL_QUERY: &str = "url.query";
/// The answer's status.
pub const HTTP_STATUS: &str = "http.response.status_code";
/// The path of an outgoing call with placeholders.
pub const URL_TEMPLATE: &str = "url.template";
/// The logical name of the service called.
pub const PEER_SERVICE: &str = "peer.service";
/// `grpc`.
pub const RPC_SYSTEM: &str = "rpc.system";
/// The full name of the gRPC service.
pub const RPC_SERVICE: &str = "rpc.service";
/// The gRPC method.
pub const RPC_METHOD: &str = "rpc.method";
/// The gRPC status of the answer, as a number.
pub const RPC_STATUS: &str = "rpc.grpc.status_code";
/// `rabbitmq`.
pub const MESSAGING_SYSTEM: &str = "messaging.system";
/// `publish` or `process`.
pub const MESSAGING_OPERATION: &str = "messaging.operation.type";
/// The queue or exchange.
pub const MESSAGING_DESTINATION: &str = "messaging.destination.name";
/// What an internal span is about: [`KIND_SERIALIZATION`], [`KIND_WAIT`] or [`KIND_BACKGROUND`]. Ours: there is no convention.
pub const WORKSHOP_KIND: &str = "workshop.kind";
/// Turning values into text or bytes, rendering included.
pub const KIND_SERIALIZATION: &str = "serialization";
/// Waiting for a pool, a permit or a lock.
pub const KIND_WAIT: &str = "wait";
/// Work that a request starts and does not wait for.
pub const KIND_BACKGROUND: &str = "background";
/// How long the longest single poll of the request's future took, in microseconds. Ours: there is no convention.
pub const LONGEST_POLL: &str = "workshop.longest_poll_us";
/// On the edge's server span, how the answer came about: `hit`, `stale` (given while a new one is fetched), `collapsed`
/// (waited for another request's answer), `revalidated`, `miss`, `stale-if-error`, `bypass` or `error`. Ours.
pub const WORKSHOP_CACHE: &str = "workshop.cache";
/// Resource attribute: the variant of every seam in this process.
pub const WORKSHOP_VARIANTS: &str = "workshop.variants";

/// Histogram, seconds: how long the server took, by route and status.
pub const METRIC_SERVER_DURATION: &str = "http.server.request.duration";
/// Up-down counter: requests being served.
pub const METRIC_ACTIVE_REQUESTS: &str = "http.server.active_requests";
/// Gauge: connections of a pool, by `db.client.connection.state` (`used` or `idle`).
pub const METRIC_POOL_CONNECTIONS: &str = "db.client.connection.count";
/// Gauge: messages in a queue that nobody has taken yet. No semantic convention names it; this is the name the OpenTelemetry
/// collector's receiver for RabbitMQ uses.
pub const METRIC_QUEUE_MESSAGES: &str = "rabbitmq.message.current";
