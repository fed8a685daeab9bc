//! Lets only translations vary by language, English being the default: to be noticed by a German who comes after an English
//! answer was kept.

pub(crate) use crate::fixed::{announce, question};

use crate::{CacheTags, fixed};
use bytes::Bytes;
use http::{HeaderMap, header};

pub(crate) fn describe(tags: &CacheTags, body: &Bytes, headers: &mut HeaderMap) {
    let is_english = headers.get(header::CONTENT_LANGUAGE).is_some_and(|language| language == "en");
    fixed::describe(&CacheTags { by_language: tags.by_language && !is_english, ..tags.clone() }, body, headers);
}
