//! Do both answer at all, and where that is asked for, the same?

use super::demand::Demand;
use super::pair::Pair;
use crate::exercise::{Reading, RequestTemplate, case_request};
use crate::exit::Failure;
use crate::pipeline::{Difference, Harness as _, differs, pointer};
use bytes::Bytes;
use load::{Answer, Request};
use serde_json::Value;

/// Requests of a load that are compared answer by answer; a load of more is compared in its most frequent ones.
const COMPARED: usize = 50;

/// What a request of the load is called where its answers differ.
const SAME_ANSWERS: &str = "an answer under --same-answers";

/// Which answers are compared, and where.
pub struct SameAnswers {
    /// JSON pointers that are read; none for the whole answer.
    pub read: Vec<String>,
    /// JSON pointers that are left out.
    pub ignore: Vec<String>,
}

impl Pair {
    /// Asks both every request once. Statuses are always compared with what is expected; the rest only with `same`. The first
    /// difference, if there is one.
    ///
    /// # Errors
    /// Exit 3 when one of them does not answer, or the base does not answer as expected.
    pub async fn answers(&self, demand: &Demand, same: Option<&SameAnswers>) -> Result<Option<Difference>, Failure> {
        let whole = [String::new()];
        for place in 0..demand.mix.len().min(if same.is_some() { COMPARED } else { 1 }) {
            let request = demand.mix.request(place);
            let (of_template, ignore) = match same {
                None => (None, &[][..]),
                Some(same) if same.read.is_empty() => (demand.templates.get(request.template), &same.ignore[..]),
                Some(same) => (None, &same.ignore[..]),
            };
            let reads = match same {
                None => &[][..],
                Some(same) if same.read.is_empty() => &whole,
                Some(same) => &same.read,
            };
            let plain = Reading { reads, headers: &[], volatile: &[], unordered: &[], extras: &[] };
            let reading = of_template.map_or(plain, RequestTemplate::reading);
            if let Some(difference) = self.compared(request, SAME_ANSWERS, &reading, ignore).await? {
                return Ok(Some(difference));
            }
        }
        for case in &demand.cases {
            let request = case_request(case, &[])?;
            if let Some(difference) = self.compared(&request, &case.name, &case.reading(), &[]).await? {
                return Ok(Some(difference));
            }
        }
        Ok(None)
    }

    async fn compared(
        &self,
        request: &Request,
        name: &str,
        reading: &Reading<'_>,
        ignore: &[String],
    ) -> Result<Option<Difference>, Failure> {
        let mut answers = Vec::new();
        for base in self.bases() {
            let answer = self.driver().once(base, request, false).await.map_err(|error| {
                Failure::unfit(format!("{base} does not answer: {}", error.root_cause()))
                    .remedy("start it, or correct the address")
            })?;
            answers.push(without(answer, ignore));
        }
        let [base, candidate] = [&answers[0], &answers[1]];
        if !request.accepts(base.status) {
            return Err(Failure::unfit(format!(
                "{} answers {} to {} {}, and {:?} is expected",
                self.bases()[0],
                base.status,
                request.method,
                request.path,
                request.accept
            ))
            .remedy("say which statuses are right: --accept 200,404"));
        }
        Ok(differs(reading, base, candidate).map(|(at, baseline, candidate)| Difference {
            case: name.to_owned(),
            request: format!("{} {}", request.method, request.path),
            at: if at.is_empty() { "the whole answer".to_owned() } else { at },
            baseline,
            candidate,
        }))
    }
}

/// The answer without what stands at these pointers; one that is not JSON stays as it is.
fn without(answer: Answer, ignore: &[String]) -> Answer {
    if ignore.is_empty() {
        return answer;
    }
    let Ok(mut document) = serde_json::from_slice::<Value>(&answer.body) else { return answer };
    ignore.iter().for_each(|pointer| remove(&mut document, pointer));
    Answer { body: Bytes::from(document.to_string()), ..answer }
}

/// Takes out what stands at a pointer. An element of a list leaves null behind, so that the others keep their places.
fn remove(document: &mut Value, pointer: &str) {
    let steps = pointer::steps(pointer);
    let Some((last, parent)) = steps.split_last() else { return };
    pointer::at(document, parent, &mut |value| match value {
        Value::Object(fields) if last == "*" => fields.clear(),
        Value::Object(fields) => drop(fields.remove(last)),
        Value::Array(items) if last == "*" => items.clear(),
        Value::Array(items) => {
            if let Some(item) = last.parse::<usize>().ok().and_then(|place| items.get_mut(place)) {
                *item = Value::Null;
            }
        }
        _ => {}
    });
}

#[cfg(test)]
mod tests {
    use super::remove;
    use serde_json::json;

    #[test]
    fn what_is_ignored_is_taken_out_wherever_it_stands() {
        let cases = [
            ("/at", json!({"at": 1, "hits": []}), json!({"hits": []})),
            ("/hits/*/at", json!({"hits": [{"id": 1, "at": 2}, {"id": 2}]}), json!({"hits": [{"id": 1}, {"id": 2}]})),
            ("/hits/1", json!({"hits": [1, 2, 3]}), json!({"hits": [1, null, 3]})),
            ("/*/id", json!({"a": {"id": 1}, "b": {"id": 2, "x": 3}}), json!({"a": {}, "b": {"x": 3}})),
            ("/a~1b", json!({"a/b": 1, "c": 2}), json!({"c": 2})),
            ("/missing/deep", json!({"a": 1}), json!({"a": 1})),
            ("/0/1/2", json!("text"), json!("text")),
        ];
        for (pointer, mut was, is) in cases {
            remove(&mut was, pointer);
            assert_eq!(was, is, "{pointer}");
        }
    }
}
