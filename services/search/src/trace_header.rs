//! Every response names its trace, so that a slow or failed request can be found among the traces.

use axum::response::Response;
use http::HeaderValue;

/// The trace context of the request's server span, as `traceresponse` (the W3C draft's name); absent when nothing is traced.
pub(crate) async fn name_trace(mut response: Response) -> Response {
    if let Some(context) = telemetry::current_context().remove("traceparent")
        && let Ok(value) = HeaderValue::try_from(context)
    {
        response.headers_mut().insert("traceresponse", value);
    }
    response
}
