//! Requests that are handed on without looking; a change that succeeded makes what it changed stale.

use crate::{
    app::Edge,
    headers::{self, INVALIDATED},
    origin::Answer,
    status::Outcome,
};
use axum::{
    body::{Body, to_bytes},
    response::{IntoResponse as _, Response},
};
use http::{Method, StatusCode, request::Parts};
use serving::Problem;

/// The longest body anybody may send.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;

/// Hands a request on. `why` is for `Cache-Status`: `method` or `bypass`.
pub(crate) async fn on(edge: &Edge, mut parts: Parts, body: Body, question: String, why: &'static str) -> Response {
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        let detail = format!("a body may have {BODY_LIMIT} bytes, and has to arrive");
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "/problems/body-too-large").detail(detail).into_response();
    };
    let Some(Ok(address)) = parts.uri.path_and_query().map(|address| address.as_str().parse()) else {
        return Problem::bad_request("the address cannot be read").into_response();
    };
    parts.uri = address;
    parts.headers = headers::to_origin(parts.headers);
    let changes = !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
    match edge.origin.ask(parts, body).await {
        Ok(answer) => {
            if changes && (answer.status.is_success() || answer.status.is_redirection()) {
                invalidate(edge, &question, &answer).await;
            }
            let mut response = Response::new(Body::from(answer.body));
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            headers::keep_between_us(response.headers_mut());
            Outcome::Bypass { why, said: answer.status }.say(response.headers_mut());
            response
        }
        Err(error) => {
            let mut response = error.into_response();
            Outcome::Error.say(response.headers_mut());
            response
        }
    }
}

/// RFC 9111, section 4.4: the address itself; RFC 9875: the groups that the answer names.
async fn invalidate(edge: &Edge, question: &str, answer: &Answer) {
    let groups = headers::strings(&answer.headers, &INVALIDATED);
    let purged = edge.purge(&groups, &[question.to_owned()]).await;
    tracing::debug!(purged, question, "made stale by a change");
}
