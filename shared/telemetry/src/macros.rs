//! Spans for calls to dependencies: macros, so that `code.file.path` and `code.line.number` are those of the call.
//!
//! The duration of each is a metric too ([`crate::calls`]). What a call site does not know (the server's address, the type of an
//! error that follows from a status) is added when the span is exported ([`crate::export`]).

/// A query: `db_span!("search.hits", SQL)`. Record the rows with [`crate::names::DB_RETURNED_ROWS`].
#[macro_export]
macro_rules! db_span {
    ($summary:expr, $sql:expr) => {
        $crate::__tracing::info_span!(
            "db.query",
            otel.name = $summary,
            otel.kind = "client",
            db.system.name = "postgresql",
            db.query.summary = $summary,
            db.query.text = $sql,
            db.response.returned_rows = $crate::__tracing::field::Empty,
            error.type = $crate::__tracing::field::Empty,
            otel.status_code = $crate::__tracing::field::Empty,
            otel.status_description = $crate::__tracing::field::Empty
        )
    };
}

/// A cache command: `cache_span!("MGET")`; a pipeline, with the number of its commands: `cache_span!("INCR", 2)`.
#[macro_export]
macro_rules! cache_span {
    ($command:expr, $commands:expr) => {
        $crate::__tracing::info_span!(
            "cache",
            otel.name = $command,
            otel.kind = "client",
            db.system.name = "redis",
            db.operation.name = $command,
            db.operation.batch.size = $commands,
            error.type = $crate::__tracing::field::Empty,
            otel.status_code = $crate::__tracing::field::Empty,
            otel.status_description = $crate::__tracing::field::Empty
        )
    };
    ($command:expr) => {
        $crate::cache_span!($command, $crate::__tracing::field::Empty)
    };
}

/// An outgoing gRPC call: `rpc_span!("shop.recommendations.v1.Recommendations", "ForProducts")`.
#[macro_export]
macro_rules! rpc_span {
    ($service:expr, $method:expr) => {
        $crate::__tracing::info_span!(
            "rpc",
            otel.name = concat!($service, "/", $method),
            otel.kind = "client",
            rpc.system.name = "grpc",
            rpc.method = concat!($service, "/", $method),
            rpc.status_code = $crate::__tracing::field::Empty,
            error.type = $crate::__tracing::field::Empty,
            otel.status_code = $crate::__tracing::field::Empty,
            otel.status_description = $crate::__tracing::field::Empty
        )
    };
}

/// An outgoing HTTP call to a partner: `partner_span!("POST", "/payment/charge")`.
#[macro_export]
macro_rules! partner_span {
    ($method:expr, $template:expr) => {
        $crate::__tracing::info_span!(
            "partner",
            otel.name = concat!($method, " ", $template),
            otel.kind = "client",
            http.request.method = $method,
            url.template = $template,
            service.peer.name = "partners",
            http.response.status_code = $crate::__tracing::field::Empty,
            error.type = $crate::__tracing::field::Empty,
            otel.status_code = $crate::__tracing::field::Empty,
            otel.status_description = $crate::__tracing::field::Empty
        )
    };
}

/// A question that the edge hands on to its origin: `origin_span!(&method, &address)`.
#[macro_export]
macro_rules! origin_span {
    ($method:expr, $address:expr) => {
        $crate::__tracing::info_span!(
            "origin",
            otel.name = %format_args!("{} origin", $crate::known_method($method).0),
            otel.kind = "client",
            http.request.method = $crate::known_method($method).0,
            http.request.method_original = $crate::known_method($method).1,
            url.full = %$address,
            service.peer.name = "origin",
            http.response.status_code = $crate::__tracing::field::Empty,
            error.type = $crate::__tracing::field::Empty,
            otel.status_code = $crate::__tracing::field::Empty,
            otel.status_description = $crate::__tracing::field::Empty
        )
    };
}

/// A message handed to the broker: `publish_span!(exchange, key, id)`; the exchange may be empty.
#[macro_export]
macro_rules! publish_span {
    ($exchange:expr, $key:expr, $id:expr) => {{
        let destination = $crate::destination(&[$exchange, $key]);
        $crate::__tracing::info_span!(
            "publish",
            otel.name = %format_args!("publish {destination}"),
            otel.kind = "producer",
            messaging.system = "rabbitmq",
            messaging.operation.name = "publish",
            messaging.operation.type = "send",
            messaging.destination.name = %destination,
            messaging.rabbitmq.destination.routing_key = $key,
            messaging.message.id = $id,
            error.type = $crate::__tracing::field::Empty,
            otel.status_code = $crate::__tracing::field::Empty,
            otel.status_description = $crate::__tracing::field::Empty
        )
    }};
}

/// A message taken from the broker: `consume_span!(exchange, key, queue, id)`; give it the sender's context with [`crate::adopt`].
#[macro_export]
macro_rules! consume_span {
    ($exchange:expr, $key:expr, $queue:expr, $id:expr) => {{
        let destination = $crate::destination(&[$exchange, $key, $queue]);
        $crate::__tracing::info_span!(
            "consume",
            otel.name = %format_args!("process {destination}"),
            otel.kind = "consumer",
            messaging.system = "rabbitmq",
            messaging.operation.name = "process",
            messaging.operation.type = "process",
            messaging.destination.name = %destination,
            messaging.rabbitmq.destination.routing_key = $key,
            messaging.message.id = $id,
            error.type = $crate::__tracing::field::Empty,
            otel.status_code = $crate::__tracing::field::Empty,
            otel.status_description = $crate::__tracing::field::Empty
        )
    }};
}

/// Rendering and serialising: `serialization_span!("search page")`.
#[macro_export]
macro_rules! serialization_span {
    ($what:expr) => {
        $crate::__tracing::info_span!("serialize", otel.name = $what, workshop.kind = "serialization")
    };
}

/// Waiting for a pool, a permit or a lock: `wait_span!("payment permit")`.
#[macro_export]
macro_rules! wait_span {
    ($what:expr) => {
        $crate::__tracing::info_span!("wait", otel.name = $what, workshop.kind = "wait")
    };
}

/// Waiting for what another request has asked for: `flight_span!("answer for another request", &its_span)`, with a link to it.
#[macro_export]
macro_rules! flight_span {
    ($what:expr, $other:expr) => {{
        let span = $crate::__tracing::info_span!("flight", otel.name = $what, workshop.kind = "flight");
        $crate::link(&span, $other);
        span
    }};
}

/// Work that a request starts and does not wait for: `background_span!("refresh product page")`. It belongs to the
/// request's trace without keeping the request's own span open.
#[macro_export]
macro_rules! background_span {
    ($what:expr) => {{
        let span = $crate::__tracing::info_span!(
            parent: None,
            "background",
            otel.name = $what,
            workshop.kind = "background"
        );
        $crate::follow(&span);
        span
    }};
}
