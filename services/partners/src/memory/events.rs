//! What the analytics partner remembers: the keys it has seen, so that nothing is counted twice.

use super::answers::Answers;
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

/// The keys, each with the id of its event.
#[derive(Debug, Default)]
pub(crate) struct Events(Mutex<Answers<Uuid>>);

impl Events {
    /// Takes an event, once per key, and returns its id. `on_effect` runs once per event.
    ///
    /// # Errors
    /// 422 when the key was used for another event.
    pub(crate) fn track(&self, key: String, event: &Event, on_effect: impl FnOnce()) -> Result<Uuid, Problem> {
        self.answers().once(key, "track", event, || {
            on_effect();
            Uuid::new_v4()
        })
    }

    pub(crate) fn reset(&self) {
        *self.answers() = Answers::default();
    }

    fn answers(&self) -> MutexGuard<'_, Answers<Uuid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
