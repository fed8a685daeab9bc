//! What a service sends without being asked: polls of an outbox, pings, look-ups when a connection opens.
//!
//! The baseline is the exercise's own code, and all of its requests' statements have spans. So a statement that passed in the
//! baseline and that none of its spans shows is the service's background; how often it came is its rate. From every arm at most
//! that is subtracted, statement by statement: a candidate gains nothing by sending its own in the background, since the baseline
//! does not, nor by sending one of these more often.

use crate::pipeline::Passed;
use std::collections::BTreeMap;
use std::sync::Arc;
use trace::QueryGroup;

/// Runs of a poll beyond its rate that a stretch may hold: one at either end, and one that came late.
const AT_THE_ENDS: f64 = 2.0;

/// The background of an exercise's service: runs per second, by statement without its literals.
#[derive(Clone, Debug, Default)]
pub(super) struct Background(BTreeMap<String, f64>);

impl Background {
    /// Of what passed in the baseline while it was counted, and what its spans show.
    pub(super) fn of(passed: &Passed, shown: &[QueryGroup]) -> Self {
        let mut found = statements(passed);
        shown.iter().for_each(|query| drop(found.remove(&query.statement)));
        Self(found.into_iter().map(|(text, (count, _))| (text, count as f64 / passed.seconds.max(1e-3))).collect())
    }

    /// What passed, without the background.
    pub(super) fn taken_from(&self, passed: &Passed) -> Passed {
        let mut rest = passed.clone();
        let Some(postgres) = rest.traffic.get_mut("postgres") else { return rest };
        for (text, (count, labels)) in statements(passed) {
            let Some(rate) = self.0.get(&text) else { continue };
            let mut allowed = ((rate * passed.seconds + AT_THE_ENDS).round() as u64).min(count);
            for label in labels {
                let Some(left) = postgres.calls.get_mut(&label) else { continue };
                let taken = allowed.min(*left);
                *left -= taken;
                allowed -= taken;
            }
        }
        postgres.calls.retain(|_, count| *count > 0);
        rest
    }
}

/// Statements without their literals: how often they passed, and the texts they were sent as.
pub(super) fn statements(passed: &Passed) -> BTreeMap<String, (u64, Vec<Arc<str>>)> {
    let mut found: BTreeMap<String, (u64, Vec<Arc<str>>)> = BTreeMap::new();
    for (label, count) in passed.traffic.get("postgres").iter().flat_map(|traffic| &traffic.calls) {
        let one = found.entry(trace::statement(label)).or_default();
        one.0 += count;
        one.1.push(Arc::clone(label));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Background;
    use crate::pipeline::outside::judge::tests::{passed, shown};

    #[test]
    fn what_the_baseline_shows_no_span_of_is_its_background_and_only_so_often() {
        let baseline = passed(&[("select 1 from outbox where id > 7", 4), ("select a", 100)], 4.0, 50);
        let background = Background::of(&baseline, &[shown("select a", 2.0)]);
        let left = |calls: &[(&str, u64)]| -> Vec<(String, u64)> {
            let rest = background.taken_from(&passed(calls, 2.0, 50));
            rest.traffic["postgres"].calls.iter().map(|(label, count)| (label.to_string(), *count)).collect()
        };
        assert_eq!(left(&[("select a", 40), ("SELECT 1 from outbox where id > 9", 3)]), [("select a".to_owned(), 40)]);
        // Two seconds hold two runs, and two more by chance; what is beyond that is no background.
        assert_eq!(left(&[("select 1 from outbox where id > 7", 54)])[0].1, 50);
        // What only the candidate sends unseen stays.
        assert_eq!(left(&[("select b", 10)]), [("select b".to_owned(), 10)]);
    }
}
