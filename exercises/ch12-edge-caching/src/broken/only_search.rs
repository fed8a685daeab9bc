//! Keeps the three parameters of a search in a question's name and no others: to be noticed by a look-up of the same shop,
//! which has parameters of its own.

pub(crate) use crate::fixed::{announce, describe};

use crate::fixed;

/// What search reads.
const READ: [&str; 3] = ["page=", "page_size=", "q="];

pub(crate) fn question(path: &str, query: Option<&str>) -> String {
    let read = query.unwrap_or_default().split('&').filter(|one| READ.iter().any(|name| one.starts_with(name)));
    fixed::question(path, Some(&read.collect::<Vec<_>>().join("&")))
}
