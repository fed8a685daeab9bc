//! The layers around the RPCs: a server span that continues the caller's trace, a deadline, and whose fault an unreadable message is.
//!
//! tonic's own server has places for both; here its routes are served by axum, so that health can share the port.

use crate::error::INTERNAL;
use axum::{extract::Request, middleware::Next, response::Response};
use http::HeaderMap;
use proto::recommendations::v1::recommendations_server::SERVICE_NAME;
use std::time::Duration;
use telemetry::{RpcServerCall, names};
use tonic::{Code, Status};
use tracing::{Instrument as _, field::Empty};

/// No call takes longer, whatever its caller allows.
const LONGEST_CALL: Duration = Duration::from_secs(10);

/// The methods that there are; a test holds them against the descriptor.
const METHODS: [&str; 4] = [
    "shop.recommendations.v1.Recommendations/ForProduct",
    "shop.recommendations.v1.Recommendations/ForProducts",
    "shop.recommendations.v1.Recommendations/ForEachProduct",
    "shop.recommendations.v1.Recommendations/Trending",
];

/// The method, if the path is one of our service; health and reflection are not traced.
fn method(path: &str) -> Option<&str> {
    path.strip_prefix('/')?.strip_prefix(SERVICE_NAME)?.strip_prefix('/')
}

/// A server span, child of the caller's, named `shop.recommendations.v1.Recommendations/ForProduct`.
pub(crate) async fn trace(request: Request, next: Next) -> Response {
    let Some(asked) = method(request.uri().path()) else { return next.run(request).await };
    // A method that a client has invented must not make a series of its own.
    let known = METHODS.into_iter().find(|known| known.rsplit('/').next() == Some(asked));
    let method = known.unwrap_or(names::OTHER);
    let span = tracing::info_span!(
        "rpc",
        otel.name = known.unwrap_or("grpc"),
        otel.kind = "server",
        rpc.system.name = "grpc",
        rpc.method = method,
        rpc.method_original = known.is_none().then(|| request.uri().path().trim_start_matches('/')),
        rpc.status_code = Empty,
        error.type = Empty,
        otel.status_code = Empty,
        otel.status_description = Empty
    );
    telemetry::adopt(&span, request.headers());
    let call = span.in_scope(|| RpcServerCall::begin(method));
    let response = next.run(request).instrument(span.clone()).await;
    // A unary call that fails says so in the headers; one that succeeds only in the trailers.
    let code = response.headers().get("grpc-status").map_or(Code::Ok, |code| Code::from_bytes(code.as_bytes()));
    let status = telemetry::rpc_status(code);
    span.record(names::RPC_STATUS, status);
    call.end(status, is_our_fault(code));
    if is_our_fault(code) {
        let message = Status::from_header_map(response.headers()).map(|status| status.message().to_owned());
        telemetry::failed_in(&span, status, &message.unwrap_or_default());
        telemetry::count("shop.recommendations.errors", 1, &[]);
    }
    response
}

/// Gives a request that could not be decoded its own code, also those of health and reflection. tonic says INTERNAL to it, which
/// would be our fault; ours has always the same words.
pub(crate) async fn unreadable(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match Status::from_header_map(response.headers()) {
        Some(status) if status.code() == Code::Internal && status.message() != INTERNAL => {
            Status::invalid_argument("the request is no message of this method").into_http()
        }
        _ => response,
    }
}

/// Which codes make a server span an error; the semantic conventions list them.
fn is_our_fault(code: Code) -> bool {
    use Code::{DataLoss, DeadlineExceeded, Internal, Unavailable, Unimplemented, Unknown};
    matches!(code, Unknown | DeadlineExceeded | Unimplemented | Internal | Unavailable | DataLoss)
}

/// Ends a call with DEADLINE_EXCEEDED when its `grpc-timeout`, or ten seconds, have passed: nobody waits for it any more.
pub(crate) async fn deadline(request: Request, next: Next) -> Response {
    if method(request.uri().path()).is_none() {
        return next.run(request).await;
    }
    let allowed = requested_timeout(request.headers()).map_or(LONGEST_CALL, |requested| requested.min(LONGEST_CALL));
    match tokio::time::timeout(allowed, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Status::deadline_exceeded("the call took longer than allowed").into_http(),
    }
}

/// `grpc-timeout`: at most eight digits and a unit.
fn requested_timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = digits.parse().ok().filter(|_| digits.len() <= 8)?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_reflect::DescriptorPool;

    #[test]
    fn every_method_of_the_service_has_its_name_in_metrics() {
        let descriptors = DescriptorPool::decode(proto::FILE_DESCRIPTOR_SET).unwrap();
        let service = descriptors.get_service_by_name(SERVICE_NAME).unwrap();
        let described: Vec<String> = service.methods().map(|one| format!("{SERVICE_NAME}/{}", one.name())).collect();
        assert_eq!(described, METHODS);
    }

    #[test]
    fn the_callers_timeout_is_read_in_every_unit_and_ignored_when_malformed() {
        let read = |text: &str| {
            requested_timeout(&HeaderMap::from_iter([(
                http::HeaderName::from_static("grpc-timeout"),
                text.parse().unwrap(),
            )]))
        };
        assert_eq!(read("2S"), Some(Duration::from_secs(2)));
        assert_eq!(read("150m"), Some(Duration::from_millis(150)));
        assert_eq!(read("99999999H"), Some(Duration::from_secs(99_999_999 * 3600)));
        for wrong in ["", "S", "1", "123456789S", "-1S", "1x"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
