//! Requests that go to the origin without a look into the store. A change that succeeds removes what it made stale.

use crate::{
    headers::{self, INVALIDATED},
    origin::OriginResponse,
    state::AppState,
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

/// Forwards a request. `why` is for `Cache-Status`: `method` or `bypass`.
pub(crate) async fn on(
    state: &AppState,
    mut parts: Parts,
    body: Body,
    question: String,
    why: &'static str,
) -> Response {
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        let detail = format!("a body may have at most {BODY_LIMIT} bytes and must arrive whole");
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "/problems/body-too-large").detail(detail).into_response();
    };
    let Some(Ok(address)) = parts.uri.path_and_query().map(|address| address.as_str().parse()) else {
        return Problem::bad_request("the address cannot be read").into_response();
    };
    parts.uri = address;
    parts.headers = headers::to_origin(parts.headers);
    let changes = !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
    match state.origin.ask(parts, body).await {
        Ok(answer) => {
            if changes && (answer.status.is_success() || answer.status.is_redirection()) {
                invalidate(state, &question, &answer).await;
            }
            let mut response = Response::new(Body::from(answer.body));
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            headers::strip_internal(response.headers_mut());
            Outcome::Bypass { why, said: answer.status }.report(response.headers_mut());
            response
        }
        Err(error) => {
            let mut response = error.into_response();
            Outcome::Error.report(response.headers_mut());
            response
        }
    }
}

/// RFC 9111, section 4.4: the address itself; RFC 9875: the groups that the answer names.
async fn invalidate(state: &AppState, question: &str, answer: &OriginResponse) {
    let groups = headers::strings(&answer.headers, &INVALIDATED);
    let purged = state.purge(&groups, &[question.to_owned()]).await;
    tracing::debug!(purged, question, "removed after a change");
}
