//! Knows one spelling of `If-None-Match`, a single tag, and no list: to be noticed by a client that keeps two pages.

use crate::query::{Page, Search};
use crate::{Beside, FormatError, fixed};
use axum::response::Response;
use http::{HeaderMap, header};

pub(crate) use crate::fixed::{Row, SQL};

pub(crate) fn answer(
    found: Page<Row>,
    search: &Search,
    beside: Beside,
    request: &HeaderMap,
) -> Result<Response, FormatError> {
    let mut known = HeaderMap::new();
    if let Some(tag) = request.get(header::IF_NONE_MATCH).filter(|tag| !tag.as_bytes().contains(&b',')) {
        known.insert(header::IF_NONE_MATCH, tag.clone());
    }
    fixed::answer(found, search, beside, &known)
}
