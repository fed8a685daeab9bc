//! Answers under load, compared with the baseline's when their slices are over.
//!
//! All arms of a round half, of the counts and of a phase are asked the same at the same instants, so the answer at a place of
//! one arm's schedule belongs to the answer at that place of another's. Two answers are compared only where both arms gave one
//! and the load calls both right: an error or a timeout is counted elsewhere and is no wrong answer. But whoever says that the
//! request is wrong (401, 404, 422), where the baseline answers it rightly, has answered, and wrongly.

use super::Difference;
use super::allowed::{is_free, missing};
use super::behaviour::{differs, shown_request};
use crate::exercise::{Reading, RequestTemplate};
use load::{Answer, KeptAnswer, Mix};
use std::collections::BTreeMap;

/// So many answers may lack an extra that the baseline's have, or a fifth of those compared.
const ALLOWED: usize = 4;

/// Statuses of 400 to 499 that do not say that the request is wrong, but that it comes at a bad time: too slow, in conflict with
/// another, locked, too early, too many, given up by the client (as gRPC's CANCELLED is mapped).
const NOT_NOW: [u16; 6] = [408, 409, 423, 425, 429, 499];

/// Whether two right statuses may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statuses {
    /// In counts and latency slices nothing fails by chance: 201 here and 422 there is a difference.
    Compared,
    /// In a phase partners fail at random, and what a request finds depends on those before it: only answers of the same status
    /// are compared.
    Free,
}

/// Slices of several arms that were asked the same.
pub(super) struct Slices<'a> {
    /// What they were driven with.
    pub mix: &'a Mix,
    /// What the mix was made from.
    pub templates: &'a [RequestTemplate],
    /// Which slices, for people: "the counts", "the phase hang".
    pub when: String,
    /// What statuses mean.
    pub statuses: Statuses,
}

impl Slices<'_> {
    /// Where the answers of one arm differ first from the baseline's, and how many were compared.
    pub(super) fn first_difference(
        &self,
        baseline: &[KeptAnswer],
        found: &[KeptAnswer],
    ) -> (Option<Difference>, usize) {
        let mut theirs = found.iter().peekable();
        let mut compared = 0;
        let mut extras = Extras::default();
        // Both are in order of schedule.
        for was in baseline {
            while theirs.next_if(|is| is.place < was.place).is_some() {}
            let Some(is) = theirs.next_if(|is| is.place == was.place) else { continue };
            if !was.is_right {
                continue;
            }
            let asked = self.mix.request(was.request);
            let reading = self.templates[asked.template].reading();
            // What a request finds may be chance where all of the answer may differ: then so is what is wrong with it.
            let (was_answered, is_answered) = (was.answer(self.mix), is.answer(self.mix));
            if !is.is_right && (is_free(reading.volatile) || !blames_the_request(is_answered.as_ref())) {
                continue;
            }
            let different = match (&was_answered, &is_answered) {
                // What the baseline cannot say cannot be compared.
                (Err(_), _) => continue,
                (Ok(was), Err(error)) => Some(("the body".to_owned(), was.status.to_string(), format!("{error:#}"))),
                (Ok(one), Ok(other))
                    if one.status != other.status && self.statuses == Statuses::Free && is.is_right =>
                {
                    continue;
                }
                (Ok(was), Ok(is)) => {
                    extras.count(&reading, was, is);
                    differs(&reading, was, is)
                }
            };
            compared += 1;
            if let Some((at, baseline, candidate)) = different {
                let difference = Difference {
                    case: format!("under load, request {} of {}", was.place + 1, self.when),
                    request: shown_request(asked.method.as_str(), &asked.path, &asked.body),
                    at,
                    baseline,
                    candidate,
                };
                return (Some(difference), compared);
            }
        }
        (extras.difference(compared, &self.when), compared)
    }
}

fn blames_the_request(answer: Result<&Answer, &anyhow::Error>) -> bool {
    answer.is_ok_and(|answer| (400..500).contains(&answer.status) && !NOT_NOW.contains(&answer.status))
}

/// The share of the right answers that lack an extra, by tag, for the kinds of requests that have extras. Where no answer was
/// right none lacks anything: that is an error, and counted as such.
pub(super) fn without_extras(
    mix: &Mix,
    templates: &[RequestTemplate],
    answers: &[KeptAnswer],
) -> BTreeMap<String, f64> {
    let with_extras = templates.iter().filter(|template| !template.extras.is_empty());
    let mut found: BTreeMap<&str, (u32, u32)> = with_extras.map(|template| (template.tag.as_str(), (0, 0))).collect();
    for kept in answers.iter().filter(|kept| kept.is_right) {
        let template = &templates[mix.request(kept.request).template];
        let (Some((all, lacking)), Ok(answer)) = (found.get_mut(template.tag.as_str()), kept.answer(mix)) else {
            continue;
        };
        *all += 1;
        *lacking += u32::from(lacks(&answer, template.reading()) > 0);
    }
    found
        .into_iter()
        .map(|(tag, (all, lacking))| (tag.to_owned(), f64::from(lacking) / f64::from(all.max(1))))
        .collect()
}

/// How many of its extras an answer lacks.
fn lacks(answer: &Answer, reading: Reading<'_>) -> usize {
    serde_json::from_slice(&answer.body).map_or(0, |mut document| missing(&mut document, reading.extras))
}

/// Extras that were null, of the baseline and of the other arm.
#[derive(Default)]
struct Extras {
    baseline: usize,
    candidate: usize,
    /// Answers of the candidate that lack one.
    answers: usize,
}

impl Extras {
    fn count(&mut self, reading: &Reading<'_>, was: &Answer, is: &Answer) {
        if reading.extras.is_empty() || was.body == is.body {
            return;
        }
        let (baseline, candidate) = (lacks(was, *reading), lacks(is, *reading));
        self.baseline += baseline;
        self.candidate += candidate;
        self.answers += usize::from(candidate > baseline);
    }

    /// An extra is missing now and then on a busy machine, in both arms alike. Whoever leaves it out whenever there is load is
    /// another matter.
    fn difference(&self, compared: usize, when: &str) -> Option<Difference> {
        let allowed = ALLOWED.max(compared / 5);
        (self.answers > allowed && self.candidate > 2 * self.baseline).then(|| Difference {
            case: format!("under load, {when}"),
            request: format!("{} of {compared} answers", self.answers),
            at: "extras that whoever gives them did not give".to_owned(),
            baseline: format!("{} null", self.baseline),
            candidate: format!("{} null", self.candidate),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Slices, Statuses};
    use crate::exercise::RequestTemplate;
    use crate::pipeline::answering::answering;
    use load::{Driver, Keep, KeptAnswer, Mix, Protocol, Request, Schedule, SliceOptions};
    use std::time::Duration;

    fn templates(more: &str) -> Vec<RequestTemplate> {
        let text = format!("all = [{{ path = \"/\", accept = [200, 422] {more} }}]");
        let mut table: std::collections::BTreeMap<String, Vec<RequestTemplate>> = toml::from_str(&text).unwrap();
        table.remove("all").unwrap()
    }

    /// The answers of a server that says `(status, body)` to its nth request.
    async fn answers(mix: &Mix, say: fn(usize) -> (u16, String)) -> Vec<KeptAnswer> {
        let base = answering(say).await;
        let schedule = Schedule::constant(100.0, Duration::from_millis(300), mix, 1);
        let options = SliceOptions { keep: Keep::All, timeout: Duration::from_millis(400), ..SliceOptions::default() };
        let driver = Driver::new(Protocol::Http1).unwrap();
        driver.slice(&base, mix, &schedule, options).await.kept
    }

    async fn difference(
        more: &str,
        statuses: Statuses,
        was: fn(usize) -> (u16, String),
        is: fn(usize) -> (u16, String),
    ) -> (Option<String>, usize) {
        let mix = Mix::new(vec![(1.0, Request { accept: vec![200, 422], ..Request::get("/") })]).unwrap();
        let templates = templates(more);
        let (baseline, found) = (answers(&mix, was).await, answers(&mix, is).await);
        let slices = Slices { mix: &mix, templates: &templates, when: "the counts".to_owned(), statuses };
        let (difference, compared) = slices.first_difference(&baseline, &found);
        (difference.map(|one| format!("{}: {}: {} -> {}", one.case, one.at, one.baseline, one.candidate)), compared)
    }

    fn right(_: usize) -> (u16, String) {
        (200, r#"{"hits":[1,2],"took":1}"#.to_owned())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn right_answers_at_first_and_empty_ones_later_are_a_difference() {
        let later =
            |number: usize| if number < 20 { right(number) } else { (200, r#"{"hits":[],"took":1}"#.to_owned()) };
        assert_eq!(difference("", Statuses::Compared, right, right).await, (None, 30));
        let (found, _) = difference("", Statuses::Compared, right, later).await;
        assert_eq!(found.as_deref(), Some("under load, request 21 of the counts: /hits/0: 1 -> nothing"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_may_differ_and_what_nobody_reads_is_none() {
        let took = |number: usize| (200, format!(r#"{{"hits":[1,2],"took":{number}}}"#));
        let volatile = r#", volatile = [{ at = "/took", why = "it is a time" }]"#;
        assert!(difference("", Statuses::Compared, right, took).await.0.is_some());
        assert_eq!(difference(volatile, Statuses::Compared, right, took).await, (None, 30));
        assert_eq!(difference(r#", reads = ["/hits"]"#, Statuses::Compared, right, took).await, (None, 30));
        let without = |_: usize| (200, r#"{"hits":[1,2]}"#.to_owned());
        assert!(difference(volatile, Statuses::Compared, right, without).await.0.is_some(), "promised, and gone");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_extra_may_be_missing_now_and_then_and_not_always() {
        let extras = r#", extras = [{ at = "/hits", why = "it is one" }]"#;
        let now_and_then = |number: usize| {
            if number.is_multiple_of(10) { (200, r#"{"hits":null,"took":1}"#.to_owned()) } else { right(number) }
        };
        assert_eq!(difference(extras, Statuses::Compared, right, now_and_then).await, (None, 30));
        assert_eq!(difference(extras, Statuses::Compared, now_and_then, right).await, (None, 30));
        let (found, _) =
            difference(extras, Statuses::Compared, right, |_| (200, r#"{"hits":null,"took":1}"#.to_owned())).await;
        assert!(found.is_some_and(|found| found.ends_with("0 null -> 30 null")));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn that_a_right_request_is_wrong_is_a_difference_even_in_a_phase() {
        type Say = fn(usize) -> (u16, String);
        let free = r#", volatile = [{ at = "", why = "chance" }]"#;
        let never: Say = |number| if number < 9 { right(number) } else { (401, "{}".to_owned()) };
        for statuses in [Statuses::Free, Statuses::Compared] {
            let (found, _) = difference("", statuses, right, never).await;
            assert_eq!(found.as_deref(), Some("under load, request 10 of the counts: status: 200 -> 401"));
            assert_eq!(difference(free, statuses, right, never).await.0, None, "what it finds is chance");
            assert_eq!(difference("", statuses, never, right).await, (None, 9), "the baseline is the measure");
            let later: Say = |number| if number < 9 { right(number) } else { (429, "{}".to_owned()) };
            assert_eq!(difference("", statuses, right, later).await, (None, 9), "not now is no wrong answer");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn right_answers_without_their_extras_are_counted_by_tag() {
        let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
        let templates = templates(r#", tag = "suggest", extras = [{ at = "/hits", why = "it is one" }]"#);
        let every_third = |number: usize| match number % 3 {
            0 => (200, r#"{"hits":null,"took":1}"#.to_owned()),
            1 => (503, "{}".to_owned()),
            _ => right(number),
        };
        let found = answers(&mix, every_third).await;
        assert_eq!(super::without_extras(&mix, &templates, &found), [("suggest".to_owned(), 0.5)].into());
        assert_eq!(super::without_extras(&mix, &templates, &[]), [("suggest".to_owned(), 0.0)].into());
        assert!(super::without_extras(&mix, &super::tests::templates(""), &found).is_empty(), "it has none");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn errors_are_not_compared_and_right_statuses_only_outside_of_phases() {
        let failing = |number: usize| if number.is_multiple_of(2) { right(number) } else { (500, "oops".to_owned()) };
        assert_eq!(difference("", Statuses::Compared, right, failing).await, (None, 15));
        let empty = |number: usize| if number.is_multiple_of(2) { right(number) } else { (422, "{}".to_owned()) };
        let (found, _) = difference("", Statuses::Compared, right, empty).await;
        assert_eq!(found.as_deref(), Some("under load, request 2 of the counts: status: 200 -> 422"));
        assert_eq!(difference("", Statuses::Free, right, empty).await, (None, 15));
    }
}
