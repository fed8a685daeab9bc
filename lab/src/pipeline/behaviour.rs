//! Is the behaviour unchanged? The exercise's cases, asked of two arms, compared where clients read.

use crate::arms::Arm;
use crate::exercise::{Case, case_request};
use crate::exit::Failure;
use crate::load::Driver;
use serde_json::Value;
use std::fmt;

/// The first thing a candidate answers differently.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// The case's name.
    pub case: String,
    /// Method and path.
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

/// Asks both arms every case; the first difference, if there is one.
///
/// # Errors
/// Exit 3 when an arm cannot be asked, or the baseline itself does not answer as the exercise says.
pub async fn compare(
    driver: &Driver,
    cases: &[Case],
    baseline: &Arm,
    candidate: &Arm,
) -> Result<Option<Difference>, Failure> {
    for case in cases {
        let request = case_request(case)?;
        let expected = driver.once(baseline.base(), &request, false).await?;
        let found = driver.once(candidate.base(), &request, false).await?;
        if expected.status != case.status {
            return Err(Failure::unfit(format!(
                "{}: {} answers {} to {} {}, and the exercise says {}: the exercise or the service is broken",
                case.name, baseline.spec.name, expected.status, case.method, case.path, case.status
            )));
        }
        let found_difference = differs(case, (expected.status, &expected.body), (found.status, &found.body));
        if let Some((at, was, is)) = found_difference {
            let request = format!("{} {}", case.method, case.path);
            return Ok(Some(Difference { case: case.name.clone(), request, at, baseline: was, candidate: is }));
        }
    }
    Ok(None)
}

fn differs(case: &Case, expected: (u16, &[u8]), found: (u16, &[u8])) -> Option<(String, String, String)> {
    if expected.0 != found.0 {
        return Some(("status".to_owned(), expected.0.to_string(), found.0.to_string()));
    }
    if case.reads.is_empty() {
        return None;
    }
    let read = |body: &[u8]| serde_json::from_slice::<Value>(body).ok();
    let (Some(expected), Some(found)) = (read(expected.1), read(found.1)) else {
        let shown = |body: &[u8]| short(&String::from_utf8_lossy(body));
        return (expected.1 != found.1)
            .then(|| ("body, which is not JSON".to_owned(), shown(expected.1), shown(found.1)));
    };
    case.reads.iter().find_map(|pointer| {
        let steps: Vec<&str> = pointer.split('/').skip(1).collect();
        first_difference(Some(&expected), Some(&found), &steps, &mut String::new())
    })
}

/// Walks both documents along the pointer; `*` stands for every element of an array or every key of an object.
fn first_difference(
    expected: Option<&Value>,
    found: Option<&Value>,
    steps: &[&str],
    at: &mut String,
) -> Option<(String, String, String)> {
    let Some((step, rest)) = steps.split_first() else {
        return (expected != found).then(|| (at.clone(), shown(expected), shown(found)));
    };
    let keys = if *step == "*" { keys_of(expected, found) } else { vec![step.replace("~1", "/").replace("~0", "~")] };
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
        let reads = reads.iter().map(|pointer| (*pointer).to_owned()).collect();
        Case { name: "a case".into(), method: "GET".into(), path: "/".into(), body: None, status: 200, reads }
    }

    fn difference(reads: &[&str], expected: &str, found: &str) -> Option<String> {
        let found = differs(&case(reads), (200, expected.as_bytes()), (200, found.as_bytes()));
        found.map(|(at, was, is)| format!("{at}: {was} -> {is}"))
    }

    const EXPECTED: &str =
        r#"{"total":2,"hits":[{"id":1,"related":[{"id":7},{"id":8}]},{"id":2,"related":[]}],"took":5}"#;

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
    fn another_status_comes_before_any_body() {
        let found = differs(&case(&[]), (200, b"{}"), (500, b"oops"));
        assert_eq!(found, Some(("status".into(), "200".into(), "500".into())));
        assert_eq!(differs(&case(&[]), (404, b"a"), (404, b"b")), None);
    }

    #[test]
    fn a_body_that_is_no_json_any_more_is_a_difference() {
        assert!(difference(&["/total"], EXPECTED, "<html>").is_some_and(|text| text.contains("not JSON")));
    }
}
