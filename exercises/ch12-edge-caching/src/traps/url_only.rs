//! The reference's lifetimes and names, without `Vary`: browsers spell `Accept-Language` in dozens of ways, and each
//! spelling of it is an entry of its own that has to be fetched.
//!
//! The address alone then names an answer that does not depend on the address alone: whoever asks first chooses the
//! language for everybody.

pub(crate) use crate::fixed::{announce, question};

use crate::{CacheTags, fixed};
use bytes::Bytes;
use http::HeaderMap;

pub(crate) fn describe(tags: &CacheTags, body: &Bytes, headers: &mut HeaderMap) {
    fixed::describe(&CacheTags { by_language: false, ..tags.clone() }, body, headers);
}
