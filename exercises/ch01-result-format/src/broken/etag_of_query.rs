//! Tags a page by what was asked and how much there is: to be noticed when a price changes and a client names the old tag.

use crate::query::{Page, Search};
use crate::{Beside, FormatError, fixed};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

pub(crate) use crate::fixed::{Row, SQL};

pub(crate) fn answer(
    found: Page<Row>,
    search: &Search,
    beside: Beside,
    request: &HeaderMap,
) -> Result<Response, FormatError> {
    let mut hash = DefaultHasher::new();
    (&search.q, search.page, search.page_size, found.total, &found.ids).hash(&mut hash);
    let tag = format!("\"{:x}\"", hash.finish());
    if request.get(header::IF_NONE_MATCH).is_some_and(|known| *known == tag) {
        // Before anything is rendered.
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let mut response = fixed::answer(found, search, beside, &HeaderMap::new())?;
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
