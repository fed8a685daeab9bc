//! Is the behaviour unchanged? Two answers to one case, compared where clients read.

use super::allowed::{is_free, settled, without_missing};
use super::pointer::{steps, values_at};
use crate::exercise::{Case, Reading};
use load::Answer;
use serde_json::Value;
use std::fmt;

/// The first thing a candidate answers differently.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct Difference {
    /// The case's name, or which request of which slices it was.
    pub case: String,
    /// Method and path, and the beginning of the body.
    pub request: String,
    /// `status`, or a JSON pointer.
    pub at: String,
    /// What the baseline answers.
    pub baseline: String,
    /// What the candidate answers.
    pub candidate: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { case, request, at, baseline, candidate } = self;
        write!(f, "{case}\n  {request}\n  {at}: expected {baseline}, got {candidate}")
    }
}

/// A request as people recognise it.
pub(super) fn shown_request(method: &str, path: &str, body: &[u8]) -> String {
    let body = short(&String::from_utf8_lossy(body));
    format!("{method} {path} {body}").trim_end().to_owned()
}

/// Where two answers to the same request differ first, and what was expected and found there.
pub fn differs(reading: &Reading<'_>, expected: &Answer, found: &Answer) -> Option<(String, String, String)> {
    if expected.status != found.status {
        return Some(("status".to_owned(), expected.status.to_string(), found.status.to_string()));
    }
    let header = reading.headers.iter().find_map(|name| {
        let [was, is] = [expected, found].map(|answer| match answer.headers.get(name) {
            Some(value) => String::from_utf8_lossy(value.as_bytes()).into_owned(),
            None => "nothing".to_owned(),
        });
        (was != is).then(|| (format!("the header {name}"), short(&was), short(&is)))
    });
    if header.is_some() || reading.reads.is_empty() || is_free(reading.volatile) {
        return header;
    }
    // Most answers are the same to the byte, and need not be taken apart.
    if expected.body == found.body {
        return None;
    }
    let read = |body: &[u8]| serde_json::from_slice::<Value>(body).ok();
    let (Some(expected), Some(found)) = (read(&expected.body), read(&found.body)) else {
        let shown = |body: &[u8]| short(&String::from_utf8_lossy(body));
        return Some(("body, which is not JSON".to_owned(), shown(&expected.body), shown(&found.body)));
    };
    let [mut expected, mut found] = [expected, found].map(|one| settled(one, reading.volatile, reading.unordered));
    without_missing(&mut expected, &mut found, reading.extras);
    reading
        .reads
        .iter()
        .find_map(|pointer| first_difference(Some(&expected), Some(&found), &steps(pointer), &mut String::new()))
}

/// Walks both documents along the pointer; `*` stands for every element of an array or every key of an object.
fn first_difference(
    expected: Option<&Value>,
    found: Option<&Value>,
    steps: &[String],
    at: &mut String,
) -> Option<(String, String, String)> {
    let (step, rest) = match steps.split_first() {
        Some((step, rest)) => (step.as_str(), rest),
        None if expected == found => return None,
        // At the pointer's end, down to the value that differs.
        None if both_nested(expected, found) => ("*", steps),
        None => return Some((at.clone(), shown(expected), shown(found))),
    };
    let keys = if step == "*" { keys_of(expected, found) } else { vec![step.to_owned()] };
    for key in keys {
        let length = at.len();
        at.push('/');
        at.push_str(&key);
        let (was, is) = (child(expected, &key), child(found, &key));
        let difference = match (was, is) {
            (None, None) => None,
            // An element too many or too few: said here, where it is missing, not at a field inside it.
            (None, _) | (_, None) => Some((at.clone(), shown(was), shown(is))),
            _ => first_difference(was, is, rest, at),
        };
        if difference.is_some() {
            return difference;
        }
        at.truncate(length);
    }
    None
}

/// How many bytes of a JSON answer a case reads: the values at its pointers, without names and brackets around them. `None`
/// where it names none, or the body is no JSON.
pub fn bytes_read(case: &Case, body: &[u8]) -> Option<u64> {
    let document: Value = serde_json::from_slice(body).ok().filter(|_| !case.reads.is_empty())?;
    let read = case.reads.iter().flat_map(|pointer| values_at(&document, pointer));
    Some(read.map(|value| value.to_string().len() as u64).sum())
}

fn both_nested(one: Option<&Value>, other: Option<&Value>) -> bool {
    use Value::{Array, Object};
    matches!((one, other), (Some(Array(_)), Some(Array(_))) | (Some(Object(_)), Some(Object(_))))
}

fn keys_of(expected: Option<&Value>, found: Option<&Value>) -> Vec<String> {
    let keys = |value: Option<&Value>| match value {
        Some(Value::Array(items)) => (0..items.len()).map(|index| index.to_string()).collect(),
        Some(Value::Object(fields)) => fields.keys().cloned().collect(),
        _ => Vec::new(),
    };
    let mut all = keys(expected);
    let known: std::collections::BTreeSet<String> = all.iter().cloned().collect();
    all.extend(keys(found).into_iter().filter(|key| !known.contains(key)));
    all
}

fn child<'a>(value: Option<&'a Value>, key: &str) -> Option<&'a Value> {
    match value? {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        Value::Object(fields) => fields.get(key),
        _ => None,
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| short(&value.to_string()))
}

fn short(text: &str) -> String {
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(reads: &[&str]) -> Case {
        let text = format!("name = \"a case\"\npath = \"/\"\nreads = {reads:?}\nreads_headers = [\"vary\"]");
        toml::from_str(&text).unwrap()
    }

    fn answer(status: u16, body: &str) -> Answer {
        let headers = http::HeaderMap::from_iter([(http::header::VARY, http::HeaderValue::from_static("cookie"))]);
        Answer { status, headers, body: body.to_owned().into(), trace_id: [0; 16] }
    }

    fn difference(reads: &[&str], expected: &str, found: &str) -> Option<String> {
        let found = differs(&case(reads).reading(), &answer(200, expected), &answer(200, found));
        found.map(|(at, was, is)| format!("{at}: {was} -> {is}"))
    }

    const EXPECTED: &str =
        r#"{"total":2,"hits":[{"id":1,"related":[{"id":7},{"id":8}]},{"id":2,"related":[]}],"took":5}"#;

    #[test]
    fn what_is_read_is_measured_at_the_pointers() {
        let bytes = |reads: &[&str]| bytes_read(&case(reads), EXPECTED.as_bytes());
        assert_eq!(bytes(&["/total", "/hits/*/id", "/hits/*/related/*/id", "/missing"]), Some(1 + 2 + 2));
        assert_eq!(bytes(&["/hits/0/related"]), Some(r#"[{"id":7},{"id":8}]"#.len() as u64));
        assert_eq!(bytes(&[]), None);
        assert_eq!(bytes_read(&case(&["/total"]), b"<html>"), None);
    }

    #[test]
    fn what_clients_do_not_read_may_change() {
        let found = EXPECTED.replace("\"took\":5", "\"took\":9");
        assert_eq!(difference(&["/total", "/hits/*/id", "/hits/*/related/*/id"], EXPECTED, &found), None);
    }

    #[test]
    fn the_first_difference_is_named_with_its_place() {
        let pointers = ["/total", "/hits/*/id", "/hits/*/related/*/id"];
        let cases = [
            (EXPECTED.replace("\"id\":8", "\"id\":9"), "/hits/0/related/1/id: 8 -> 9"),
            (EXPECTED.replace(",{\"id\":8}", ""), "/hits/0/related/1: {\"id\":8} -> nothing"),
            (EXPECTED.replace("\"total\":2,", ""), "/total: 2 -> nothing"),
            (EXPECTED.replace("\"id\":2", "\"id\":\"2\""), "/hits/1/id: 2 -> \"2\""),
        ];
        for (found, expected) in cases {
            assert_eq!(difference(&pointers, EXPECTED, &found).as_deref(), Some(expected));
        }
    }

    #[test]
    fn at_the_end_of_a_pointer_the_value_that_differs_is_named() {
        let found = EXPECTED.replace("\"id\":8", "\"id\":9");
        assert_eq!(difference(&[""], EXPECTED, &found).as_deref(), Some("/hits/0/related/1/id: 8 -> 9"));
        assert_eq!(difference(&["/hits"], EXPECTED, &found).as_deref(), Some("/hits/0/related/1/id: 8 -> 9"));
        let list = EXPECTED.replace("\"related\":[]", "\"related\":{}");
        assert_eq!(difference(&[""], EXPECTED, &list).as_deref(), Some("/hits/1/related: [] -> {}"));
    }

    #[test]
    fn another_status_comes_before_any_body() {
        let found = differs(&case(&[]).reading(), &answer(200, "{}"), &answer(500, "oops"));
        assert_eq!(found, Some(("status".into(), "200".into(), "500".into())));
        assert_eq!(differs(&case(&[]).reading(), &answer(404, "a"), &answer(404, "b")), None);
    }

    #[test]
    fn a_header_that_clients_read_must_be_the_same() {
        let mut without = answer(200, "{}");
        without.headers.clear();
        let found = differs(&case(&[]).reading(), &answer(200, "{}"), &without);
        assert_eq!(found, Some(("the header vary".into(), "cookie".into(), "nothing".into())));
    }

    #[test]
    fn a_body_that_is_no_json_any_more_is_a_difference() {
        assert!(difference(&["/total"], EXPECTED, "<html>").is_some_and(|text| text.contains("not JSON")));
    }
}
