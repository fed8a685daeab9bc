//! JSON pointers (RFC 6901) with `*` for every element of an array or every field of an object, and, where values are looked up,
//! `[id=7]` for those whose `id` is 7.

use serde_json::Value;

/// The pointer's steps, none for the whole document.
#[must_use]
pub fn steps(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

/// Every value that the pointer leads to.
pub(super) fn values_at<'a>(document: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let mut reached = vec![document];
    for step in steps(pointer) {
        reached = reached.into_iter().flat_map(|value| below(value, &step)).collect();
    }
    reached
}

/// Does something to every value that the steps reach.
pub fn at(value: &mut Value, steps: &[String], act: &mut impl FnMut(&mut Value)) {
    let Some((step, rest)) = steps.split_first() else { return act(value) };
    match value {
        Value::Array(items) if step == "*" => items.iter_mut().for_each(|item| at(item, rest, act)),
        Value::Object(fields) if step == "*" => fields.values_mut().for_each(|field| at(field, rest, act)),
        Value::Array(items) => {
            if let Some(item) = step.parse::<usize>().ok().and_then(|place| items.get_mut(place)) {
                at(item, rest, act);
            }
        }
        Value::Object(fields) => {
            if let Some(field) = fields.get_mut(step) {
                at(field, rest, act);
            }
        }
        _ => {}
    }
}

fn below<'a>(value: &'a Value, step: &str) -> Vec<&'a Value> {
    if let Some((key, wanted)) = step.strip_prefix('[').and_then(|step| step.strip_suffix(']')?.split_once('=')) {
        // An element of a list, or the object itself: an order line has one product, not a list of them.
        let is = |value: &&Value| value.get(key).is_some_and(|found| text(found) == wanted);
        return match value {
            Value::Array(items) => items.iter().filter(is).collect(),
            _ => Some(value).filter(is).into_iter().collect(),
        };
    }
    match (value, step) {
        (Value::Array(items), "*") => items.iter().collect(),
        (Value::Object(fields), "*") => fields.values().collect(),
        (Value::Array(items), _) => step.parse().ok().and_then(|at: usize| items.get(at)).into_iter().collect(),
        (Value::Object(fields), _) => fields.get(step).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A value as authors write it: a text without its quotation marks, anything else as JSON.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{text, values_at};
    use serde_json::json;

    #[test]
    fn elements_are_found_by_place_by_star_and_by_what_they_hold() {
        let document = json!({"hits": [
            {"id": 7, "price": 11, "related": [{"id": "8", "price": 1}, {"id": "9", "price": 2}]},
            {"id": 12, "price": 12, "related": []},
            {"product": {"id": "8", "price": 3}},
        ]});
        let at = |pointer: &str| -> Vec<String> { values_at(&document, pointer).into_iter().map(text).collect() };
        assert_eq!(at("/hits/*/id"), ["7", "12"]);
        assert_eq!(at("/hits/1/price"), ["12"]);
        assert_eq!(at("/hits/[id=7]/price"), ["11"]);
        assert_eq!(at("/hits/*/related/[id=9]/price"), ["2"]);
        assert_eq!(at("/hits/*/product/[id=8]/price"), ["3"]);
        assert_eq!(at("/hits/[id=99]/price"), Vec::<String>::new());
        assert_eq!(at("/nothing/*"), Vec::<String>::new());
    }
}
