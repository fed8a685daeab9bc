//! A lifetime of one hour, and nothing else: prices change a few times a month, and an hour gives the best hit share of all.
//!
//! Nobody tells the edge when one does change. Until the hour is over it sells at the old price.

pub(crate) use crate::fixed::question;

use crate::{CacheTags, fixed};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use shop::ProductId;

const LIFETIME: &str = "public, s-maxage=3600, stale-while-revalidate=10, stale-if-error=600";

pub(crate) fn describe(tags: &CacheTags, body: &Bytes, headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(LIFETIME));
    if tags.by_language {
        headers.append(header::VARY, HeaderValue::from_static("accept-language"));
    }
    fixed::tag(body, headers);
}

pub(crate) fn announce(_changed: &[ProductId], _headers: &mut HeaderMap) {}
