//! A lifetime of an hour, with changed prices announced: to be noticed when a stock changes, which nobody announces.

pub(crate) use crate::fixed::{announce, question};

use crate::{CacheTags, fixed};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

const LIFETIME: &str = "public, max-age=0, s-maxage=3600, stale-while-revalidate=10, stale-if-error=600";

pub(crate) fn describe(tags: &CacheTags, body: &Bytes, headers: &mut HeaderMap) {
    fixed::describe(tags, body, headers);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(LIFETIME));
}
