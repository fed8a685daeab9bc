//! Names the first twenty products of an answer as its groups: to be noticed when a price changes that stands on a page only
//! beside a hit.

pub(crate) use crate::fixed::{announce, question};

use crate::{CacheTags, fixed};
use bytes::Bytes;
use http::HeaderMap;

/// A header of a hundred names is longer than many an answer.
const NAMED: usize = 20;

pub(crate) fn describe(tags: &CacheTags, body: &Bytes, headers: &mut HeaderMap) {
    let products = tags.products.iter().copied().take(NAMED).collect();
    fixed::describe(&CacheTags { products, ..tags.clone() }, body, headers);
}
