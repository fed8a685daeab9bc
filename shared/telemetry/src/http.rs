//! The two layers every HTTP server of the shop has: a server span with the matched route, and the golden signals.

use crate::{adopt, instruments, measured::Measured, method::known_method, names, poll};
use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, Version, header};
use opentelemetry::KeyValue;
use std::time::Duration;
use tower_http::{
    classify::{ServerErrorsAsFailures, SharedClassifier},
    trace::{DefaultOnBodyChunk, DefaultOnEos, TraceLayer},
};
use tracing::{Span, field::Empty};

type MakeSpan = fn(&Request) -> Span;
type OnRequest = fn(&Request, &Span);
type OnResponse = fn(&Response, Duration, &Span);

type Classify = SharedClassifier<ServerErrorsAsFailures>;
/// The layer made by [`trace_http`].
pub type TraceHttp = TraceLayer<Classify, MakeSpan, OnRequest, OnResponse, DefaultOnBodyChunk, DefaultOnEos, ()>;

/// A server span for every request, child of the caller's, named `GET /v1/products/{id}`; just `GET` where no route matches.
///
/// tower-http's own default makes spans at debug level, which an `info` filter drops unseen; hence our own.
#[must_use]
pub fn trace_http() -> TraceHttp {
    let make: MakeSpan = server_span;
    let silent: OnRequest = |_, _| {};
    let done: OnResponse = record_status;
    TraceLayer::new_for_http().make_span_with(make).on_request(silent).on_response(done).on_failure(())
}

fn server_span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let (method, original) = known_method(request.method());
    // An invented method would make a name of its own.
    let named = if original.is_some() { "HTTP" } else { method };
    let space = if route.is_some() { " " } else { "" };
    let (host, port) = authority(request);
    let span = tracing::info_span!(
        "request",
        otel.name = %format_args!("{named}{space}{}", route.unwrap_or_default()),
        otel.kind = "server",
        http.request.method = method,
        http.request.method_original = original,
        http.route = route,
        url.scheme = "http",
        url.path = request.uri().path(),
        url.query = request.uri().query(),
        server.address = host,
        server.port = port,
        network.protocol.version = version(request.version()),
        user_agent.original = text(request.headers(), &header::USER_AGENT),
        http.response.status_code = Empty,
        graphql.operation.type = Empty,
        graphql.operation.name = Empty,
        workshop.longest_poll_us = Empty,
        workshop.cache = Empty,
        error.type = Empty,
        otel.status_code = Empty,
        otel.status_description = Empty
    );
    adopt(&span, request.headers());
    span
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The host and port that the client asked for.
fn authority(request: &Request) -> (Option<&str>, Option<i64>) {
    let given = request.uri().authority().map(http::uri::Authority::as_str);
    let Some(given) = given.or_else(|| text(request.headers(), &header::HOST)) else { return (None, None) };
    match given.rsplit_once(':').map(|(host, port)| (host, port.parse::<u16>())) {
        Some((host, Ok(port))) => (Some(host), Some(i64::from(port))),
        _ => (Some(given), None),
    }
}

fn version(version: Version) -> Option<&'static str> {
    match version {
        Version::HTTP_10 => Some("1.0"),
        Version::HTTP_11 => Some("1.1"),
        Version::HTTP_2 => Some("2"),
        _ => None,
    }
}

fn record_status(response: &Response, _: Duration, span: &Span) {
    let status = response.status();
    span.record(names::HTTP_STATUS, i64::from(status.as_u16()));
    if status.is_server_error() {
        span.record(names::ERROR_TYPE, status.as_str());
        span.record("otel.status_code", "ERROR");
    }
}

/// Counts what is being served and how long it took, by route and status; notes the longest poll on the server span. For `axum::middleware::from_fn`.
pub async fn http_metrics(request: Request, next: Next) -> Response {
    let method = KeyValue::new(names::HTTP_METHOD, known_method(request.method()).0);
    let both = [method, KeyValue::new(names::URL_SCHEME, "http")];
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned());
    let route = route.map(|route| KeyValue::new(names::HTTP_ROUTE, route));
    let protocol = version(request.version()).map(|version| KeyValue::new(names::PROTOCOL_VERSION, version));
    let _active = Active::enter(both.clone());
    let measured = Measured::begin(&instruments::HTTP_SERVER, both.into_iter().chain(route).chain(protocol).collect());
    let (response, longest) = poll::longest(next.run(request)).await;
    Span::current().record(names::LONGEST_POLL, i64::try_from(longest.as_micros()).unwrap_or(i64::MAX));
    let status = response.status();
    let error = status.is_server_error().then(|| KeyValue::new(names::ERROR_TYPE, status.as_str().to_owned()));
    measured.end([KeyValue::new(names::HTTP_STATUS, i64::from(status.as_u16()))].into_iter().chain(error));
    response
}

/// Counts a request out again even when the client leaves and the future is dropped.
struct Active([KeyValue; 2]);

impl Active {
    fn enter(labels: [KeyValue; 2]) -> Self {
        instruments::active_requests().add(1, &labels);
        Self(labels)
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        instruments::active_requests().add(-1, &self.0);
    }
}
