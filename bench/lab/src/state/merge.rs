//! Two states made one: what was done on another machine is added, and nothing that is here is lost.

use super::{Outcome, Progress, Score, State};

/// Adds `theirs` to `ours`; returns the ids of the exercises that changed.
pub fn merge(ours: &mut State, theirs: State) -> Vec<String> {
    let mut changed = Vec::new();
    for (id, progress) in theirs.exercise {
        let here = ours.exercise.entry(id.clone()).or_default();
        let before = here.clone();
        add(here, progress);
        if *here != before {
            changed.push(id);
        }
    }
    if ours.current.is_none() {
        ours.current = theirs.current;
    }
    for (key, value) in theirs.others {
        ours.others.entry(key).or_insert(value);
    }
    changed
}

/// Adds what was done elsewhere with one exercise.
pub(super) fn add(here: &mut Progress, theirs: Progress) {
    here.started = earlier(here.started.take(), theirs.started);
    here.observed = earlier(here.observed.take(), theirs.observed);
    here.passed = earlier(here.passed.take(), theirs.passed);
    here.best_p95_ratio = match (here.best_p95_ratio, theirs.best_p95_ratio) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    here.hints = here.hints.max(theirs.hints);
    here.revealed |= theirs.revealed;
    here.checked = later(here.checked.take(), theirs.checked);
    here.measured = later(here.measured.take(), theirs.measured);
    for score in theirs.scored {
        if !here.scored.iter().any(|one| same(one, &score)) {
            here.scored.push(score);
        }
    }
    here.scored.sort_by(|one, other| one.measured_at.cmp(&other.measured_at));
    let answered = |at: &str| here.scored.iter().any(|score| score.at == at);
    let open = here.prediction.take().or(theirs.prediction);
    here.prediction = open.filter(|prediction| !answered(&prediction.at));
    for (key, value) in theirs.others {
        here.others.entry(key).or_insert(value);
    }
}

fn same(one: &Score, other: &Score) -> bool {
    (&one.at, &one.measured_at) == (&other.at, &other.measured_at)
}

/// RFC 3339 in UTC sorts as text.
fn earlier(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn later(one: Option<Outcome>, other: Option<Outcome>) -> Option<Outcome> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if other.at > one.at { other } else { one }),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(text: &str) -> State {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn what_both_did_is_there_afterwards_and_a_second_time_changes_nothing() {
        let mut ours = state(
            r#"
            current = "a"
            [exercise.a]
            hints = 2
            passed = "2026-02"
            best_p95_ratio = 0.5
            mood = "good"
            [exercise.a.prediction]
            p95_ratio = 0.4
            at = "7"
            "#,
        );
        let theirs = state(
            r#"
            current = "b"
            theme = "dark"
            [exercise.a]
            passed = "2026-01"
            best_p95_ratio = 0.6
            revealed = true
            mood = "bad"
            [[exercise.a.scored]]
            p95_ratio = 0.4
            at = "7"
            measured = 0.5
            low = 0.4
            high = 0.6
            measured_at = "8"
            [exercise.b]
            hints = 1
            "#,
        );
        assert_eq!(merge(&mut ours, theirs.clone()), ["a", "b"]);
        let a = &ours.exercise["a"];
        assert_eq!((a.hints, a.revealed, a.best_p95_ratio), (2, true, Some(0.5)));
        assert_eq!((a.passed.as_deref(), ours.current.as_deref()), (Some("2026-01"), Some("a")));
        assert_eq!(a.others["mood"].as_str(), Some("good"));
        assert!(a.prediction.is_none(), "it was answered on the other machine");
        assert_eq!(ours.others["theme"].as_str(), Some("dark"));
        let before = ours.clone();
        assert!(merge(&mut ours, theirs).is_empty());
        assert_eq!(ours, before);
    }
}
