//! The two layers every HTTP server of the shop has: a server span with the matched route, and the golden signals.

use crate::{adopt, names, poll};
use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use opentelemetry::{KeyValue, global, metrics::Histogram};
use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};
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

/// A server span for every request, child of the caller's, named `GET /v1/products/{id}`.
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
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str);
    let span = tracing::info_span!(
        "request",
        otel.name = %format_args!("{} {route}", request.method()),
        otel.kind = "server",
        http.request.method = %request.method(),
        http.route = route,
        url.path = request.uri().path(),
        url.query = request.uri().query(),
        http.response.status_code = Empty,
        workshop.longest_poll_us = Empty,
        workshop.cache = Empty,
        otel.status_code = Empty
    );
    adopt(&span, request.headers());
    span
}

fn record_status(response: &Response, _: Duration, span: &Span) {
    span.record(names::HTTP_STATUS, response.status().as_u16());
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}

/// Counts what is being served and how long it took, by route and status; notes the longest poll on the server span. For `axum::middleware::from_fn`.
pub async fn http_metrics(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let method = KeyValue::new(names::HTTP_METHOD, request.method().to_string());
    let attributes = [KeyValue::new(names::HTTP_ROUTE, route), method];
    let active = Active::enter(&attributes);
    let started = Instant::now();
    let (response, longest) = poll::longest(next.run(request)).await;
    Span::current().record(names::LONGEST_POLL, i64::try_from(longest.as_micros()).unwrap_or(i64::MAX));
    drop(active);
    let status = KeyValue::new(names::HTTP_STATUS, i64::from(response.status().as_u16()));
    let [route, method] = attributes;
    duration().record(started.elapsed().as_secs_f64(), &[route, method, status]);
    response
}

/// Counts a request out again even when the client leaves and the future is dropped.
struct Active<'a>(&'a [KeyValue]);

impl<'a> Active<'a> {
    fn enter(attributes: &'a [KeyValue]) -> Self {
        active_requests().add(1, attributes);
        Self(attributes)
    }
}

impl Drop for Active<'_> {
    fn drop(&mut self) {
        active_requests().add(-1, self.0);
    }
}

fn active_requests() -> &'static opentelemetry::metrics::UpDownCounter<i64> {
    static COUNTER: OnceLock<opentelemetry::metrics::UpDownCounter<i64>> = OnceLock::new();
    COUNTER.get_or_init(|| global::meter("http").i64_up_down_counter(names::METRIC_ACTIVE_REQUESTS).build())
}

fn duration() -> &'static Histogram<f64> {
    static HISTOGRAM: OnceLock<Histogram<f64>> = OnceLock::new();
    HISTOGRAM.get_or_init(|| {
        global::meter("http")
            .f64_histogram(names::METRIC_SERVER_DURATION)
            .with_unit("s")
            // The boundaries the semantic conventions advise; OpenTelemetry's own default is meant for milliseconds.
            .with_boundaries(vec![0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0])
            .build()
    })
}
