//! Conditional requests: 304 without a body for a client that has the answer already.

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header, response::Parts};

/// The answer, or 304 where the request's `If-None-Match` names its `ETag`.
pub(crate) fn answer(mut parts: Parts, body: Bytes, request: &HeaderMap) -> Response {
    let known = parts.headers.get(header::ETAG).is_some_and(|tag| is_known(request, tag));
    if parts.status != StatusCode::OK || !known {
        return Response::from_parts(parts, Body::from(body));
    }
    parts.status = StatusCode::NOT_MODIFIED;
    for of_the_body in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
        parts.headers.remove(of_the_body);
    }
    Response::from_parts(parts, Body::empty())
}

/// Compared weakly, as RFC 9110 asks for `If-None-Match`; `*` stands for whatever there is.
fn is_known(request: &HeaderMap, tag: &HeaderValue) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(tag) = tag.to_str().map(strong) else { return false };
    let lists = request.get_all(header::IF_NONE_MATCH);
    let mut known = lists.iter().filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(','));
    known.any(|one| one.trim() == "*" || strong(one) == tag)
}
