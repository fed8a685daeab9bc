//! Every attribute and metric name used in the shop; OpenTelemetry semantic conventions where they have one.
//!
//! `tests/evidence` holds what the services send against a copy of the conventions' own registry. Names that begin with `shop.` or
//! `workshop.` are ours.

/// The dependency's kind: `postgresql` or `redis`.
pub const DB_SYSTEM: &str = "db.system.name";
/// The database's name; of Redis, its number.
pub const DB_NAMESPACE: &str = "db.namespace";
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
/// The pool's name: the service's.
pub const DB_POOL: &str = "db.client.connection.pool.name";
/// `used` or `idle`.
pub const DB_POOL_STATE: &str = "db.client.connection.state";
/// Why something failed, from a small set: a status, an SQLSTATE, [`CANCELLED`], or [`OTHER`].
pub const ERROR_TYPE: &str = "error.type";
/// The value of [`ERROR_TYPE`] where whoever waited has left: the client has closed its connection, or a time limit was over.
pub const CANCELLED: &str = "cancelled";
/// What stands for values that are not known, so that nobody can invent series.
pub const OTHER: &str = "_OTHER";
/// The request's method, or [`OTHER`].
pub const HTTP_METHOD: &str = "http.request.method";
/// The method as it came, where it is not known.
pub const HTTP_METHOD_ORIGINAL: &str = "http.request.method_original";
/// The matched route of the server, such as `/v1/products/{id}`; missing where none matched.
pub const HTTP_ROUTE: &str = "http.route";
/// The answer's status.
pub const HTTP_STATUS: &str = "http.response.status_code";
/// `http`.
pub const URL_SCHEME: &str = "url.scheme";
/// The path asked for, as it came: with the route's placeholders filled in.
pub const URL_PATH: &str = "url.path";
/// What stood behind the question mark; no route of the shop takes a secret there.
pub const URL_QUERY: &str = "url.query";
/// The whole address of an outgoing call.
pub const URL_FULL: &str = "url.full";
/// The path of an outgoing call with placeholders.
pub const URL_TEMPLATE: &str = "url.template";
/// `1.1` or `2`.
pub const PROTOCOL_VERSION: &str = "network.protocol.version";
/// What the client says it is.
pub const USER_AGENT: &str = "user_agent.original";
/// On a server span the host that the client asked for; on a client span the host that is called.
pub const SERVER_ADDRESS: &str = "server.address";
/// The port that belongs to [`SERVER_ADDRESS`].
pub const SERVER_PORT: &str = "server.port";
/// The logical name of the service called.
pub const PEER_SERVICE: &str = "service.peer.name";
/// `grpc`.
pub const RPC_SYSTEM: &str = "rpc.system.name";
/// The gRPC method with its service, such as `shop.recommendations.v1.Recommendations/ForProducts`, or [`OTHER`].
pub const RPC_METHOD: &str = "rpc.method";
/// The gRPC status of the answer by its name, such as `DEADLINE_EXCEEDED`.
pub const RPC_STATUS: &str = "rpc.status_code";
/// `query` or `mutation`.
pub const GRAPHQL_OPERATION: &str = "graphql.operation.type";
/// The name that the client gave its operation.
pub const GRAPHQL_NAME: &str = "graphql.operation.name";
/// `rabbitmq`.
pub const MESSAGING_SYSTEM: &str = "messaging.system";
/// `publish` or `process`.
pub const MESSAGING_OPERATION_NAME: &str = "messaging.operation.name";
/// `send` or `process`.
pub const MESSAGING_OPERATION: &str = "messaging.operation.type";
/// Exchange and routing key, and on the consumer's side the queue, joined by colons; what is empty is left out.
pub const MESSAGING_DESTINATION: &str = "messaging.destination.name";
/// The same for every copy of a message.
pub const MESSAGING_ID: &str = "messaging.message.id";
/// The key by which RabbitMQ routes.
pub const RABBITMQ_ROUTING_KEY: &str = "messaging.rabbitmq.destination.routing_key";
/// `user` or `system`.
pub const CPU_MODE: &str = "cpu.mode";
/// Resource attribute: where this runs, such as `production`; `development` unless `OTEL_RESOURCE_ATTRIBUTES` says otherwise.
pub const ENVIRONMENT: &str = "deployment.environment.name";
/// Resource attribute: the version of the workspace.
pub const SERVICE_VERSION: &str = "service.version";
/// Resource attribute: drawn anew by every process.
pub const SERVICE_INSTANCE: &str = "service.instance.id";
/// What an internal span is about: [`KIND_SERIALIZATION`], [`KIND_WAIT`], [`KIND_FLIGHT`] or [`KIND_BACKGROUND`]. Ours: there is no
/// convention.
pub const WORKSHOP_KIND: &str = "workshop.kind";
/// Turning values into text or bytes, rendering included.
pub const KIND_SERIALIZATION: &str = "serialization";
/// Waiting for a pool, a permit or a lock.
pub const KIND_WAIT: &str = "wait";
/// Waiting for what another request has asked for already; a link names that request's span.
pub const KIND_FLIGHT: &str = "flight";
/// Work that a request starts and does not wait for.
pub const KIND_BACKGROUND: &str = "background";
/// How long the longest single poll of the request's future took, in microseconds. Ours: there is no convention.
pub const LONGEST_POLL: &str = "workshop.longest_poll_us";
/// On the edge's server span, how the answer came about: `hit`, `stale` (given while a new one is fetched), `collapsed`
/// (waited for another request's answer), `revalidated`, `miss`, `stale-if-error`, `bypass` or `error`. Ours.
pub const WORKSHOP_CACHE: &str = "workshop.cache";
/// Resource attribute: the variant of every seam in this process.
pub const WORKSHOP_VARIANTS: &str = "workshop.variants";
/// What was waited for, in [`METRIC_WAIT`]. Ours.
pub const WORKSHOP_WAIT: &str = "workshop.wait.name";
/// How the edge came by its answers, in the counter of answers: as [`WORKSHOP_CACHE`]. Ours.
pub const SHOP_OUTCOME: &str = "shop.edge.outcome";

/// Histogram, seconds: how long the server took, by route and status. A request whose client left counts too, with
/// [`ERROR_TYPE`] [`CANCELLED`] and without a status.
pub const METRIC_SERVER_DURATION: &str = "http.server.request.duration";
/// Up-down counter: requests being served.
pub const METRIC_ACTIVE_REQUESTS: &str = "http.server.active_requests";
/// Histogram, seconds: calls to partners and to the origin.
pub const METRIC_HTTP_CLIENT: &str = "http.client.request.duration";
/// Histogram, seconds: gRPC calls answered.
pub const METRIC_RPC_SERVER: &str = "rpc.server.call.duration";
/// Histogram, seconds: gRPC calls made.
pub const METRIC_RPC_CLIENT: &str = "rpc.client.call.duration";
/// Histogram, seconds: statements and cache commands.
pub const METRIC_DB_CLIENT: &str = "db.client.operation.duration";
/// Histogram, seconds: how long the broker took to confirm.
pub const METRIC_MESSAGING_CLIENT: &str = "messaging.client.operation.duration";
/// Histogram, seconds: work on a message.
pub const METRIC_MESSAGING_PROCESS: &str = "messaging.process.duration";
/// Up-down counter: connections of a pool, by [`DB_POOL_STATE`].
pub const METRIC_POOL_CONNECTIONS: &str = "db.client.connection.count";
/// Up-down counter: the most connections a pool opens.
pub const METRIC_POOL_MAX: &str = "db.client.connection.max";
/// Up-down counter: who waits for a connection at this moment.
pub const METRIC_POOL_PENDING: &str = "db.client.connection.pending_requests";
/// Histogram, seconds: how long getting a connection took.
pub const METRIC_POOL_WAIT: &str = "db.client.connection.wait_time";
/// Histogram, seconds: waiting for a permit or a lock. Ours: the conventions know pools of connections only.
pub const METRIC_WAIT: &str = "workshop.wait.duration";
/// Gauge: messages in a queue that nobody has taken yet. Ours: no convention names it. Not an up-down counter, because every
/// worker reports the same queue: a sum over them would count its messages more than once.
pub const METRIC_QUEUE_MESSAGES: &str = "shop.queue.messages";
/// Counter, seconds: processor time, by [`CPU_MODE`].
pub const METRIC_CPU: &str = "process.cpu.time";
/// Up-down counter, bytes: physical memory in use.
pub const METRIC_MEMORY: &str = "process.memory.usage";

/// The shop's own counters: name, unit, description.
pub const COUNTERS: [(&str, &str, &str); 9] = [
    ("shop.orders.placed", "{order}", "Orders that were placed."),
    ("shop.orders.not_charged", "{order}", "Orders that ended because the card was not charged."),
    ("shop.orders.confirmed", "{order}", "Orders that the worker confirmed."),
    ("shop.orders.retried", "{order}", "Times that the worker put an order aside to try it again."),
    ("shop.orders.dead_lettered", "{order}", "Orders that the worker gave up."),
    ("shop.orders.put_back", "{order}", "Dead letters that a person put back into the queue."),
    ("shop.carts.cleared_later", "{cart}", "Carts that could be cleared only after their order was answered."),
    ("shop.recommendations.errors", "{call}", "Calls that the recommendations service failed."),
    ("shop.edge.answers", "{answer}", "Answers of the edge, by how it came by them."),
];
