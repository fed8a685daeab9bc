//! What of an answer clients read, and what of that may differ between two right answers.

use serde::Deserialize;

/// A place where two right answers may differ, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// A JSON pointer, `*` for every element; the empty one is the whole answer.
    pub at: String,
    /// Why it may differ.
    pub why: String,
    /// Of an extra: an empty list says the same as null.
    #[serde(default)]
    pub or_empty: bool,
}

/// How two answers to the same request are compared.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// JSON pointers, `*` for every element. The empty pointer is the whole answer; where there is none, no body is read.
    pub reads: &'a [String],
    /// Response headers, in lower case.
    pub headers: &'a [String],
    /// Values that may differ. Whether there is one, and of which type, may not.
    pub volatile: &'a [Allowance],
    /// Lists whose order may differ.
    pub unordered: &'a [Allowance],
    /// Extras that may be null now and then, because whoever gives them did not answer in time.
    pub extras: &'a [Allowance],
}

/// The pointer to the whole answer: what is read where nothing else is said.
pub(super) fn whole() -> Vec<String> {
    vec![String::new()]
}

/// What is wrong with pointers and reasons.
pub(super) fn mistakes(whose: &str, reading: Reading<'_>) -> Vec<String> {
    let pointer = |at: &str| at.is_empty() || at.starts_with('/');
    let mut found = Vec::new();
    if let Some(wrong) = reading.reads.iter().find(|at| !pointer(at)) {
        found.push(format!("{whose} reads {wrong:?}, which is no JSON pointer"));
    }
    for allowed in reading.volatile.iter().chain(reading.unordered).chain(reading.extras) {
        if !pointer(&allowed.at) {
            found.push(format!("{whose} allows a difference at {:?}, which is no JSON pointer", allowed.at));
        }
        if allowed.why.trim().is_empty() {
            found.push(format!("{whose} allows a difference at {:?} without saying why", allowed.at));
        }
    }
    found
}
