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
use http::{HeaderValue, Method, StatusCode, Uri, header, request::Parts};
use serving::Problem;
use url::Url;

/// The longest body anybody may send.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;

/// Forwards a request. `why` is for `Cache-Status`: `method`, `bypass`, or `miss` for a HEAD of which nothing is stored.
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
    let changed = Changed { host: parts.headers.get(header::HOST).cloned(), address: parts.uri, question };
    parts.uri = address;
    parts.headers = headers::to_origin(parts.headers, &parts.extensions);
    let changes = !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
    match state.origin.ask(parts, body).await {
        Ok(answer) => {
            if changes && (answer.status.is_success() || answer.status.is_redirection()) {
                invalidate(state, &changed, &answer).await;
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

/// What a request changed.
struct Changed {
    host: Option<HeaderValue>,
    address: Uri,
    question: String,
}

/// RFC 9111, section 4.4: the address itself, and those that the answer names in `Location` and `Content-Location`, if they
/// are on the same host; RFC 9875: the groups that the answer names.
async fn invalidate(state: &AppState, changed: &Changed, answer: &OriginResponse) {
    let groups = headers::strings(&answer.headers, &INVALIDATED);
    let mut questions = vec![changed.question.clone()];
    for name in [header::LOCATION, header::CONTENT_LOCATION] {
        if let Some(other) = answer.headers.get(name).and_then(|named| changed.resolve(named)) {
            questions.push(state.seams.edge_caching.question(other.path(), other.query()));
        }
    }
    let purged = state.purge(&groups, &questions).await;
    tracing::debug!(purged, ?questions, "removed after a change");
}

impl Changed {
    /// The address that a reference in the answer stands for; nothing if it is on another host, whose answers are not ours.
    fn resolve(&self, reference: &HeaderValue) -> Option<Url> {
        let host = self.host.as_ref().and_then(|host| host.to_str().ok());
        let host = host.or_else(|| Some(self.address.authority()?.as_str())).unwrap_or("edge");
        let base = Url::parse(&format!("http://{host}{}", self.address.path())).ok()?;
        let other = base.join(reference.to_str().ok()?).ok()?;
        let same = other.host_str() == base.host_str() && other.port_or_known_default() == base.port_or_known_default();
        same.then_some(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_resolved_on_the_same_host_only() {
        let changed = Changed {
            host: Some(HeaderValue::from_static("shop:8080")),
            address: Uri::from_static("/v1/things/7/price?x=1"),
            question: String::new(),
        };
        for (reference, expected) in [
            ("/v1/things/7", Some("/v1/things/7")),
            ("../8?a=1", Some("/v1/things/8?a=1")),
            ("http://shop:8080/a", Some("/a")),
            ("//shop:8080/a", Some("/a")),
            ("http://shop/a", None),
            ("http://elsewhere:8080/a", None),
            ("http://[", None),
        ] {
            let resolved = changed.resolve(&HeaderValue::from_static(reference));
            let resolved = resolved.map(|url| url[url::Position::BeforePath..].to_owned());
            assert_eq!(resolved.as_deref(), expected, "{reference}");
        }
    }
}
