//! What the analytics partner remembers: the keys it has seen, so that nothing is counted twice, and the orders it was told of.

use super::{answers::Answers, recent::Recent};
use serde::{Deserialize, Serialize};
use serving::Problem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Something that happened in the shop.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    /// What happened, such as `order.placed`; 1 to 100 bytes.
    pub(crate) name: String,
    /// About which order.
    pub(crate) order_id: i64,
    /// Pieces; at least 1.
    pub(crate) pieces: u32,
    /// In cents; at least 0.
    pub(crate) total_cents: i64,
}

/// The most events remembered.
const MOST_EVENTS: usize = 50_000;

/// The keys, each with the id of its event; and the order of each event.
#[derive(Debug, Default)]
pub(crate) struct Events(Mutex<Memory>);

#[derive(Debug)]
struct Memory {
    answers: Answers<Uuid>,
    orders: Recent<Uuid, i64>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { answers: Answers::default(), orders: Recent::new(MOST_EVENTS) }
    }
}

impl Events {
    /// Takes an event, once per key, and returns its id. `on_effect` runs once per event.
    ///
    /// # Errors
    /// 422 when the key was used for another event.
    pub(crate) fn track(&self, key: String, event: &Event, on_effect: impl FnOnce()) -> Result<Uuid, Problem> {
        let Memory { answers, orders } = &mut *self.memory();
        answers.once(key, "track", event, || {
            let id = Uuid::new_v4();
            orders.insert(id, event.order_id);
            on_effect();
            id
        })
    }

    /// The order of every event, the newest first.
    pub(crate) fn orders(&self) -> Vec<i64> {
        self.memory().orders.newest_first().copied().collect()
    }

    pub(crate) fn reset(&self) {
        *self.memory() = Memory::default();
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
