//! One path on which a change must be seen: what an answer shows there, and asking until it shows the change or the time is over.

use crate::arms::Arm;
use crate::exercise::{Ask, case_request};
use crate::exit::Failure;
use crate::pipeline::pointer::{text, values_at};
use http::{HeaderValue, header};
use load::{Answer, Driver};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Between two questions while the change is not shown.
const POLL: Duration = Duration::from_millis(25);
/// So many answers in a row must show it: what is kept in several places may be old in one of them.
const IN_A_ROW: usize = 3;

/// What an answer shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub status: u16,
    pub values: Vec<String>,
    etag: Option<HeaderValue>,
}

/// What an answer must show after the change.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// Its status alone.
    Status,
    /// This, at every place.
    All(String),
    /// What the first arm shows.
    Same(Vec<String>),
    /// Anything else than before: what the first arm itself must show.
    OtherThan(Vec<String>),
}

impl Wanted {
    /// Of a candidate, when the first arm shows `first`; of the first arm itself, when it showed `before`.
    pub fn of(ask: &Ask, first: Option<&Seen>, before: &Seen) -> Self {
        match (&ask.at, &ask.is, first) {
            (None, ..) => Self::Status,
            (Some(_), Some(is), _) => Self::All(is.clone()),
            (Some(_), None, Some(first)) => Self::Same(first.values.clone()),
            (Some(_), None, None) => Self::OtherThan(before.values.clone()),
        }
    }

    /// Whether an answer shows the change.
    pub fn is_shown(&self, ask: &Ask, seen: &Seen) -> bool {
        seen.status == ask.status
            && match self {
                Self::Status => true,
                Self::All(is) => !seen.values.is_empty() && seen.values.iter().all(|value| value == is),
                Self::Same(first) => seen.values == *first,
                Self::OtherThan(before) => seen.values != *before,
            }
    }

    /// The first value that is not as it should be, and what it should be.
    pub fn first_wrong(&self, ask: &Ask, seen: &Seen) -> (String, String) {
        let first = |values: &[String]| values.first().cloned().unwrap_or_default();
        match self {
            _ if seen.status != ask.status => (seen.status.to_string(), ask.status.to_string()),
            Self::Status => (seen.status.to_string(), ask.status.to_string()),
            Self::All(is) => (seen.values.iter().find(|value| *value != is).cloned().unwrap_or_default(), is.clone()),
            Self::Same(wanted) => {
                let longest = seen.values.len().max(wanted.len());
                let at = |values: &[String], place: usize| values.get(place).cloned().unwrap_or_default();
                let differs = (0..longest).find(|place| at(&seen.values, *place) != at(wanted, *place)).unwrap_or(0);
                (at(&seen.values, differs), at(wanted, differs))
            }
            Self::OtherThan(before) => (first(&seen.values), format!("something else than {}", first(before))),
        }
    }
}

impl Seen {
    fn of(ask: &Ask, answer: &Answer) -> Self {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let values = ask.at.iter().flat_map(|at| values_at(&body, at)).map(text).collect();
        Self { status: answer.status, values, etag: answer.headers.get(header::ETAG).cloned() }
    }
}

/// Asks one arm; with the `ETag` of an earlier answer where the read says so.
pub(super) async fn ask(driver: &Driver, arm: &Arm, ask: &Ask, before: Option<&Seen>) -> Result<Seen, Failure> {
    let mut request = case_request(&ask.case("a change"), &arm.customers)?;
    if let Some(etag) = before.filter(|_| ask.conditional).and_then(|before| before.etag.clone()) {
        request.headers.insert(header::IF_NONE_MATCH, etag);
    }
    Ok(Seen::of(ask, &arm.ask(driver, &request).await?))
}

/// What the last answer showed, when it was asked for after the change, and whether that is the change.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub seen: Seen,
    pub after: Duration,
    pub shown: bool,
}

/// Asks until several answers in a row show the change, or one that was asked for when the time was over does not.
pub(super) async fn until_shown(
    asked: impl AsyncFn() -> Result<Seen, Failure>,
    is_shown: impl Fn(&Seen) -> bool,
    (changed, within): (Instant, Duration),
) -> Result<Outcome, Failure> {
    let mut in_a_row = 0;
    loop {
        let after = changed.elapsed();
        let seen = asked().await?;
        if is_shown(&seen) {
            in_a_row += 1;
            if in_a_row == IN_A_ROW {
                return Ok(Outcome { seen, after, shown: true });
            }
            continue;
        }
        if after >= within {
            return Ok(Outcome { seen, after, shown: false });
        }
        in_a_row = 0;
        tokio::time::sleep(POLL).await;
    }
}

#[cfg(test)]
mod tests {
    use super::{Seen, Wanted, until_shown};
    use crate::exercise::Ask;
    use std::cell::Cell;
    use std::time::{Duration, Instant};

    fn read(more: &str) -> Ask {
        toml::from_str(&format!("path = \"/v1/products/7\"\n{more}")).unwrap()
    }

    fn seen(status: u16, values: &[&str]) -> Seen {
        Seen { status, values: values.iter().map(|one| (*one).to_owned()).collect(), etag: None }
    }

    #[test]
    fn every_value_must_be_the_new_one_and_an_empty_list_shows_nothing() {
        let ask = read("at = \"/hits/*/price\"\nis = \"12\"");
        let wanted = Wanted::of(&ask, None, &seen(200, &["11"]));
        assert!(wanted.is_shown(&ask, &seen(200, &["12", "12"])));
        for (status, values, wrong) in
            [(200, &["12", "11"][..], "11"), (200, &[], ""), (500, &["12"], "500"), (304, &[], "304")]
        {
            let seen = seen(status, values);
            assert!(!wanted.is_shown(&ask, &seen), "{seen:?}");
            assert_eq!(wanted.first_wrong(&ask, &seen).0, wrong);
        }
    }

    #[test]
    fn without_a_value_the_first_arm_must_show_another_one_and_the_others_the_same() {
        let ask = read("at = \"/total\"");
        let before = seen(200, &["4"]);
        let first = Wanted::of(&ask, None, &before);
        assert!(!first.is_shown(&ask, &before) && first.is_shown(&ask, &seen(200, &["5"])));
        let other = Wanted::of(&ask, Some(&seen(200, &["5"])), &before);
        assert!(other.is_shown(&ask, &seen(200, &["5"])) && !other.is_shown(&ask, &seen(200, &["6"])));
        assert_eq!(other.first_wrong(&ask, &before), ("4".to_owned(), "5".to_owned()));
    }

    #[test]
    fn where_only_the_status_counts_the_body_does_not() {
        let ask = read("status = 401");
        let wanted = Wanted::of(&ask, None, &seen(200, &[]));
        assert!(wanted.is_shown(&ask, &seen(401, &[])) && !wanted.is_shown(&ask, &seen(200, &[])));
    }

    #[tokio::test]
    async fn a_change_may_be_late_within_its_time_and_must_stay() {
        let changed = Instant::now();
        let asked = Cell::new(0);
        let ask = async || {
            asked.set(asked.get() + 1);
            // Old, new once by another copy, old again, then new for good.
            Ok(seen(200, if matches!(asked.get(), 1 | 3) { &["11"] } else { &["12"] }))
        };
        let found = until_shown(ask, |seen| seen.values == ["12"], (changed, Duration::from_secs(5))).await.unwrap();
        assert!(found.shown && asked.get() == 6, "{} questions", asked.get());
    }

    #[tokio::test]
    async fn an_answer_that_stays_old_is_asked_for_once_more_when_the_time_is_over() {
        let (changed, within) = (Instant::now(), Duration::from_millis(60));
        let found = until_shown(async || Ok(seen(200, &["11"])), |_| false, (changed, within)).await.unwrap();
        assert!(!found.shown && found.after >= within, "{found:?}");
        let at_once = until_shown(async || Ok(seen(200, &["11"])), |_| false, (Instant::now(), Duration::ZERO));
        assert!(at_once.await.unwrap().after < Duration::from_millis(50));
    }
}
