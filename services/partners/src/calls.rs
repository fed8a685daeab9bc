//! What a partner has seen: counts of calls by their end, effects, and the last idempotency keys.

use serde::Serialize;
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Keys remembered for the reader of the counts.
const KEYS_KEPT: usize = 100;

/// Counts since the start or the last reset. Calls still being answered are in `received` only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// Calls that arrived.
    received: u64,
    /// Answered 2xx.
    succeeded: u64,
    /// Answered 4xx by the partner's own rules: a declined card, a wrong address.
    rejected: u64,
    /// Answered by the declared failure mode: an error status, or a connection that was cut.
    failed: u64,
    /// The client left before the answer.
    abandoned: u64,
    /// What was really done: charges and authorisations, messages, shipments, tax answers, tokens. A repetition under the
    /// same key is a call without an effect.
    effects: u64,
    /// The last 100, newest first.
    last_idempotency_keys: VecDeque<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<Counts>);

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    Succeeded,
    Rejected,
    Failed,
    Abandoned,
}

impl Calls {
    pub(crate) fn begin(&self, key: Option<&str>) {
        let mut counts = self.counts();
        counts.received += 1;
        if let Some(key) = key {
            counts.last_idempotency_keys.push_front(key.to_owned());
            counts.last_idempotency_keys.truncate(KEYS_KEPT);
        }
    }

    pub(crate) fn end(&self, end: End) {
        let mut counts = self.counts();
        *match end {
            End::Succeeded => &mut counts.succeeded,
            End::Rejected => &mut counts.rejected,
            End::Failed => &mut counts.failed,
            End::Abandoned => &mut counts.abandoned,
        } += 1;
    }

    pub(crate) fn effect(&self) {
        self.counts().effects += 1;
    }

    pub(crate) fn reset(&self) {
        *self.counts() = Counts::default();
    }

    pub(crate) fn snapshot(&self) -> Counts {
        self.counts().clone()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
