//! What the email partner remembers: messages, and its answers by idempotency key.

use super::{answers::Answers, recent::Recent};
use serde::{Deserialize, Serialize};
use serving::Problem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The most messages remembered.
const MOST_MESSAGES: usize = 10_000;

/// A message to deliver.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    pub(crate) to: String,
    /// 1 to 200 characters.
    pub(crate) subject: String,
    /// Up to 20,000 bytes.
    pub(crate) text: String,
}

/// A message that was accepted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Sent {
    id: Uuid,
    #[serde(flatten)]
    message: Message,
}

/// Every mailbox in one.
#[derive(Debug, Default)]
pub(crate) struct Mailbox(Mutex<Memory>);

#[derive(Debug)]
struct Memory {
    messages: Recent<Uuid, Sent>,
    answers: Answers<Uuid>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { messages: Recent::new(MOST_MESSAGES), answers: Answers::default() }
    }
}

impl Mailbox {
    /// Delivers a message, once per key if there is one, and returns its id. `on_effect` runs once per delivery.
    ///
    /// # Errors
    /// 422 when the key was used for another message.
    pub(crate) fn deliver(
        &self,
        key: Option<String>,
        message: &Message,
        on_effect: impl FnOnce(),
    ) -> Result<Uuid, Problem> {
        let Memory { messages, answers } = &mut *self.memory();
        let deliver = || {
            let id = Uuid::new_v4();
            messages.insert(id, Sent { id, message: message.clone() });
            on_effect();
            id
        };
        match key {
            Some(key) => answers.once(key, "send", message, deliver),
            None => Ok(deliver()),
        }
    }

    /// The newest messages, at most `limit`; to one address where that is given.
    pub(crate) fn newest(&self, to: Option<&str>, limit: usize) -> Vec<Sent> {
        let wanted = |sent: &&Sent| to.is_none_or(|to| to == sent.message.to);
        self.memory().messages.newest_first().filter(wanted).take(limit).cloned().collect()
    }

    /// The subject of every message, the newest first.
    pub(crate) fn subjects(&self) -> Vec<String> {
        self.memory().messages.newest_first().map(|sent| sent.message.subject.clone()).collect()
    }

    pub(crate) fn reset(&self) {
        *self.memory() = Memory::default();
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
