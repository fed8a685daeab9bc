//! A JSON body as an answer: its `ETag`, and 304 for a client that has it already.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// Answers a request with a body that is JSON already.
pub(crate) fn json_answer(body: Vec<u8>, request: &HeaderMap) -> Response {
    let tag = etag(&body);
    if is_known(request, &tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    ([(header::CONTENT_TYPE, "application/json".to_owned()), (header::ETAG, tag)], body).into_response()
}

fn etag(body: &[u8]) -> String {
    let mut tag = String::from("\"");
    for byte in Sha256::digest(body).iter().take(16) {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let lists = request.get_all(header::IF_NONE_MATCH);
    lists.iter().filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(',')).any(|known| known.trim() == tag)
}
