//! What has passed a relay, in numbers: a snapshot, and the table it is taken from.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Labels that are told apart; what comes beyond them is counted under one label.
const LABELS: usize = 1_000;
/// The label of what comes beyond [`LABELS`].
const OTHERS: &str = "(others)";

/// What has passed since the relay started, or between two snapshots.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Calls by label: a statement's text, a command's name, method and path of an HTTP request, exchange and key of a message.
    pub calls: BTreeMap<Arc<str>, u64>,
    /// What opens, ends and marks transactions: BEGIN and COMMIT of Postgres, MULTI and EXEC of Redis.
    pub control: u64,
    /// What sets a connection up, keeps it or changes its settings.
    pub upkeep: u64,
    /// Rows that Postgres has returned.
    pub rows: u64,
    /// Connections whose bytes could not be read as the protocol to their end: what they carried may be missing here.
    pub unsure: u64,
}

impl Traffic {
    /// What has passed since `earlier`, a snapshot of the same relay.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let calls = self.calls.iter().filter_map(|(label, now)| {
            let new = now - earlier.calls.get(label).copied().unwrap_or(0).min(*now);
            (new > 0).then(|| (Arc::clone(label), new))
        });
        Self {
            calls: calls.collect(),
            control: self.control.saturating_sub(earlier.control),
            upkeep: self.upkeep.saturating_sub(earlier.upkeep),
            rows: self.rows.saturating_sub(earlier.rows),
            unsure: self.unsure.saturating_sub(earlier.unsure),
        }
    }

    /// All calls, whatever their label.
    pub fn total(&self) -> u64 {
        self.calls.values().sum()
    }
}

/// The table of one relay, shared by the readers of its connections. All of them run on the relays' one thread, so the lock is
/// only ever waited for while a snapshot is taken.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<Traffic>);

impl Tally {
    pub(super) fn call(&self, label: &Arc<str>) {
        self.with(|traffic| {
            if let Some(count) = traffic.calls.get_mut(label) {
                *count += 1;
            } else if traffic.calls.len() < LABELS {
                traffic.calls.insert(Arc::clone(label), 1);
            } else {
                *traffic.calls.entry(OTHERS.into()).or_default() += 1;
            }
        });
    }

    /// As [`Tally::call`], with a label that need not be allocated where it is known.
    pub(super) fn named(&self, label: &str) {
        let known = self.with(|traffic| traffic.calls.get_mut(label).map(|count| *count += 1).is_some());
        if !known {
            self.call(&label.into());
        }
    }

    pub(super) fn control(&self) {
        self.with(|traffic| traffic.control += 1);
    }

    pub(super) fn upkeep(&self) {
        self.with(|traffic| traffic.upkeep += 1);
    }

    pub(super) fn rows(&self, rows: u64) {
        self.with(|traffic| traffic.rows += rows);
    }

    pub(super) fn unsure(&self) {
        self.with(|traffic| traffic.unsure += 1);
    }

    pub(crate) fn snapshot(&self) -> Traffic {
        self.with(|traffic| traffic.clone())
    }

    fn with<T>(&self, change: impl FnOnce(&mut Traffic) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::{LABELS, OTHERS, Tally};

    #[test]
    fn a_difference_names_only_what_passed_in_between() {
        let tally = Tally::default();
        tally.named("select 1");
        let before = tally.snapshot();
        tally.named("select 2");
        tally.call(&"select 2".into());
        tally.control();
        let passed = tally.snapshot().since(&before);
        assert_eq!(passed.calls.into_iter().collect::<Vec<_>>(), [("select 2".into(), 2)]);
        assert_eq!((passed.control, passed.unsure), (1, 0));
    }

    #[test]
    fn texts_without_end_do_not_fill_the_memory_and_are_counted_all_the_same() {
        let tally = Tally::default();
        (0..LABELS * 2).for_each(|number| tally.named(&format!("select {number}")));
        let traffic = tally.snapshot();
        assert_eq!((traffic.calls.len(), traffic.total()), (LABELS + 1, LABELS as u64 * 2));
        assert_eq!(traffic.calls[OTHERS], LABELS as u64);
    }
}
