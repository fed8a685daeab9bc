//! What two right answers may differ in, taken out of both before they are compared.

use super::pointer::{at, steps};
use crate::exercise::Allowance;
use serde_json::Value;

/// The document without the values that may differ, and with the lists sorted whose order may. In place of a value stands its
/// type: a field that is promised has to be there, whatever it holds.
pub(super) fn settled(mut document: Value, volatile: &[Allowance], unordered: &[Allowance]) -> Value {
    for allowed in volatile {
        at(&mut document, &steps(&allowed.at), &mut |value| *value = Value::from(kind(value)));
    }
    for allowed in unordered {
        at(&mut document, &steps(&allowed.at), &mut |value| {
            if let Value::Array(items) = value {
                items.sort_by_cached_key(ToString::to_string);
            }
        });
    }
    document
}

/// Whether nothing of the body is compared.
pub(super) fn is_free(volatile: &[Allowance]) -> bool {
    volatile.iter().any(|allowed| allowed.at.is_empty())
}

/// Two documents without the extras that one of them has not.
pub(super) fn without_missing(was: &mut Value, is: &mut Value, extras: &[Allowance]) {
    extras.iter().for_each(|extra| both_null(was, is, &steps(&extra.at), extra.or_empty));
}

/// How many extras are null in a document.
pub(super) fn missing(document: &mut Value, extras: &[Allowance]) -> usize {
    let mut missing = 0;
    for extra in extras {
        at(document, &steps(&extra.at), &mut |value| missing += usize::from(is_missing(value, extra.or_empty)));
    }
    missing
}

fn is_missing(value: &Value, or_empty: bool) -> bool {
    value.is_null() || or_empty && value.as_array().is_some_and(Vec::is_empty)
}

/// Makes both null at the pointer where one of them is missing.
fn both_null(was: &mut Value, is: &mut Value, steps: &[String], or_empty: bool) {
    let Some((step, rest)) = steps.split_first() else {
        if is_missing(was, or_empty) || is_missing(is, or_empty) {
            (*was, *is) = (Value::Null, Value::Null);
        }
        return;
    };
    match (was, is) {
        (Value::Array(was), Value::Array(is)) if step == "*" => {
            was.iter_mut().zip(is).for_each(|(was, is)| both_null(was, is, rest, or_empty));
        }
        (Value::Object(was), Value::Object(is)) if step == "*" => {
            for (key, was) in was {
                if let Some(is) = is.get_mut(key) {
                    both_null(was, is, rest, or_empty);
                }
            }
        }
        (Value::Object(was), Value::Object(is)) => {
            if let (Some(was), Some(is)) = (was.get_mut(step), is.get_mut(step)) {
                both_null(was, is, rest, or_empty);
            }
        }
        _ => {}
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::{missing, settled, without_missing};
    use crate::exercise::Allowance;
    use serde_json::json;

    fn allowed(pointers: &[&str]) -> Vec<Allowance> {
        pointers
            .iter()
            .map(|at| Allowance { at: (*at).to_owned(), why: "a test".to_owned(), or_empty: false })
            .collect()
    }

    #[test]
    fn a_volatile_value_may_be_another_but_not_missing_and_not_of_another_type() {
        let volatile = allowed(&["/orders/*/id", "/at"]);
        let of = |document| settled(document, &volatile, &[]);
        let one = of(json!({"at": "9:00", "orders": [{"id": 1, "sum": 5}, {"id": 2, "sum": 6}]}));
        assert_eq!(one, of(json!({"at": "9:01", "orders": [{"id": 7, "sum": 5}, {"id": 8, "sum": 6}]})));
        let others = [
            json!({"at": "9:01", "orders": [{"id": 7, "sum": 5}, {"sum": 6}]}),
            json!({"at": null, "orders": [{"id": 7, "sum": 5}, {"id": 8, "sum": 6}]}),
            json!({"at": "9:01", "orders": [{"id": "7", "sum": 5}, {"id": 8, "sum": 6}]}),
            json!({"at": "9:01", "orders": [{"id": 7, "sum": 5}, {"id": 8, "sum": 7}]}),
        ];
        for other in others {
            assert_ne!(one, of(other.clone()), "{other}");
        }
    }

    #[test]
    fn an_extra_may_be_null_on_one_side_and_then_nothing_of_it_is_compared() {
        let extras = allowed(&["/lines/*/goes_with"]);
        let document = |lists: [serde_json::Value; 2], sum: u32| {
            let lines: Vec<_> = lists.into_iter().map(|list| json!({ "goes_with": list, "sum": sum })).collect();
            json!({ "lines": lines })
        };
        let alike = |mut was, mut is| {
            without_missing(&mut was, &mut is, &extras);
            was == is
        };
        let whole = || document([json!([1]), json!([2])], 5);
        assert!(alike(whole(), whole()));
        assert!(
            alike(whole(), document([json!(null), json!([2])], 5))
                && alike(document([json!([1]), json!(null)], 5), whole())
        );
        assert!(!alike(whole(), document([json!(null), json!([3])], 5)), "the other list is another");
        assert!(!alike(whole(), document([json!([]), json!([2])], 5)), "empty is not missing");
        assert!(!alike(whole(), document([json!(null), json!([2])], 6)));
        let or_empty = [Allowance { or_empty: true, ..extras[0].clone() }];
        let (mut was, mut is) = (whole(), document([json!([]), json!([2])], 5));
        without_missing(&mut was, &mut is, &or_empty);
        assert!(was == is && missing(&mut document([json!([]), json!(null)], 5), &or_empty) == 2);
        assert_eq!(missing(&mut document([json!(null), json!([2])], 5), &extras), 1);
    }

    #[test]
    fn a_list_without_an_order_has_the_same_elements_and_as_many() {
        let unordered = allowed(&["/tags", "/hits/*/tags"]);
        let of = |document| settled(document, &[], &unordered);
        let one = of(json!({"tags": ["b", "a", "a"], "hits": [{"tags": [2, 1]}], "list": [1, 2]}));
        assert_eq!(one, of(json!({"tags": ["a", "b", "a"], "hits": [{"tags": [1, 2]}], "list": [1, 2]})));
        assert_ne!(one, of(json!({"tags": ["a", "b"], "hits": [{"tags": [1, 2]}], "list": [1, 2]})));
        assert_ne!(one, of(json!({"tags": ["a", "b", "a"], "hits": [{"tags": [1, 2]}], "list": [2, 1]})));
    }
}
