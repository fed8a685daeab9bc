//! Describes the answers of the catalogue, and names the questions asked for them.

use crate::CacheTags;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use shop::ProductId;

/// Adds what a cache has to know about an answer. Visitors carry a session cookie, so answers differ by it.
pub(crate) fn describe(_tags: &CacheTags, _body: &Bytes, headers: &mut HeaderMap) {
    headers.append(header::VARY, HeaderValue::from_static("cookie"));
}

/// Adds what a cache has to know after products were changed.
pub(crate) fn announce(_changed: &[ProductId], _headers: &mut HeaderMap) {}

/// The name of a question: its address as it came.
pub(crate) fn question(path: &str, query: Option<&str>) -> String {
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}
