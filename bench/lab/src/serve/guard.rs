//! Who may ask: this machine's browser by our own name, and for a change only a form of our own pages.

use super::ServeState;
use super::trouble::Trouble;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;

/// The largest body: a form with one token.
pub(super) const BODY: usize = 4096;

/// What a page of ours may do. The report brings a policy of its own that names its scripts.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The header a browser adds to say where a request comes from.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A name that leads here but is not ours is another site's trick to read this page (DNS rebinding): refused, whatever is asked.
/// A change is refused where the browser says that it comes from elsewhere.
pub(super) async fn guard(State(house): State<Arc<ServeState>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let mut response = if !is_ours(headers.get(HOST), house.port, "") {
        Trouble::plain(StatusCode::MISDIRECTED_REQUEST, "this server answers to 127.0.0.1 and localhost only\n")
            .into_response()
    } else if *request.method() != Method::GET && *request.method() != Method::HEAD && !same_origin(headers, house.port)
    {
        Trouble::plain(StatusCode::FORBIDDEN, "a change can only come from a page of this server\n").into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// `prefix` and one of our two names with our port.
fn is_ours(value: Option<&HeaderValue>, port: u16, prefix: &str) -> bool {
    let Some(value) = value.and_then(|value| value.to_str().ok()) else { return false };
    ["127.0.0.1", "localhost"].iter().any(|name| value == format!("{prefix}{name}:{port}"))
}

fn same_origin(headers: &HeaderMap, port: u16) -> bool {
    // Browsers send both with a form; other clients send neither, and need the token all the same. With `no-referrer` the
    // origin of a form is `null`, and what is left is the browser's own word on where it comes from.
    let site = headers.get(FETCH_SITE).is_none_or(|site| site == "same-origin");
    let origin = headers.get(ORIGIN).is_none_or(|origin| {
        is_ours(Some(origin), port, "http://") || (origin == "null" && headers.contains_key(FETCH_SITE))
    });
    site && origin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(given: &[(HeaderName, &'static str)]) -> HeaderMap {
        given.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_our_own_names_with_our_own_port_are_ours() {
        for (host, ours) in [
            ("127.0.0.1:8090", true),
            ("localhost:8090", true),
            ("127.0.0.1:80", false),
            ("127.0.0.1", false),
            ("evil.example:8090", false),
            ("127.0.0.1.evil.example:8090", false),
            ("localhost:8090@evil.example", false),
        ] {
            assert_eq!(is_ours(Some(&HeaderValue::from_static(host)), 8090, ""), ours, "{host}");
        }
        assert!(!is_ours(None, 8090, ""), "a request without a host is nobody's");
    }

    #[test]
    fn a_change_from_another_site_is_refused() {
        for (given, allowed) in [
            (&[][..], true),
            (&[(ORIGIN, "http://127.0.0.1:8090"), (FETCH_SITE, "same-origin")], true),
            (&[(ORIGIN, "null"), (FETCH_SITE, "same-origin")], true),
            (&[(ORIGIN, "null")], false),
            (&[(ORIGIN, "http://evil.example")], false),
            (&[(FETCH_SITE, "cross-site")], false),
            (&[(FETCH_SITE, "same-site")], false),
            (&[(ORIGIN, "http://127.0.0.1:3000"), (FETCH_SITE, "same-site")], false),
        ] {
            assert_eq!(same_origin(&headers(given), 8090), allowed, "{given:?}");
        }
    }
}
