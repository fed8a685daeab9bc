//! The email partner: takes messages for delivery, and shows a test what it took.

use crate::{
    app::World,
    idempotency::{Answers, OptionalKey},
    partner::Name,
    recent::Recent,
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serving::{Problem, ValidJson, ValidQuery};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Messages remembered.
const MESSAGES_KEPT: usize = 10_000;
/// Messages shown at once.
const MESSAGES_SHOWN: usize = 100;

/// What the email partner remembers.
#[derive(Debug)]
pub(crate) struct Mailbox(Mutex<Kept>);

#[derive(Debug)]
struct Kept {
    messages: Recent<Uuid, Sent>,
    answers: Answers<Uuid>,
}

impl Mailbox {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Kept { messages: Recent::new(MESSAGES_KEPT), answers: Answers::new() }))
    }

    pub(crate) fn reset(&self) {
        *self.kept() = Kept { messages: Recent::new(MESSAGES_KEPT), answers: Answers::new() };
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Message {
    to: String,
    /// 1 to 200 characters.
    subject: String,
    /// Up to 20,000 bytes.
    text: String,
}

#[derive(Clone, Debug, Serialize)]
struct Sent {
    id: Uuid,
    #[serde(flatten)]
    message: Message,
}

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new().route("/email/messages", post(send))
}

/// Not part of what the partner sells: neither delayed nor counted.
pub(crate) fn inspection() -> Router<Arc<World>> {
    Router::new().route("/email/messages", get(sent))
}

#[derive(Serialize)]
struct Accepted {
    id: Uuid,
}

async fn send(
    State(world): State<Arc<World>>,
    OptionalKey(key): OptionalKey,
    ValidJson(message): ValidJson<Message>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    check(&message)?;
    let Kept { messages, answers } = &mut *world.mailbox.kept();
    let mut deliver = || {
        let id = Uuid::new_v4();
        messages.insert(id, Sent { id, message: message.clone() });
        world.partner(Name::Email).calls.effect();
        id
    };
    let id = match key {
        Some(key) => answers.once(key, "send", &message, deliver)?,
        None => deliver(),
    };
    Ok((StatusCode::ACCEPTED, Json(Accepted { id })))
}

fn check(message: &Message) -> Result<(), Problem> {
    if !is_address(&message.to) {
        return Err(Problem::unprocessable("to is not an email address"));
    }
    if !(1..=200).contains(&message.subject.chars().count()) || message.subject.chars().any(char::is_control) {
        return Err(Problem::unprocessable("subject must have 1 to 200 characters on one line"));
    }
    if message.text.len() > 20_000 {
        return Err(Problem::unprocessable("text must have at most 20000 bytes"));
    }
    Ok(())
}

/// Form only: whether anybody reads it cannot be known.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '@' | '<' | '>' | ',' | ';' | '"');
    let label = |l: &str| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-') && !l.starts_with('-');
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(label)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    to: Option<String>,
}

#[derive(Serialize)]
struct Page {
    /// Newest first, at most 100.
    messages: Vec<Sent>,
}

async fn sent(State(world): State<Arc<World>>, ValidQuery(filter): ValidQuery<Filter>) -> Json<Page> {
    let kept = world.mailbox.kept();
    let wanted = |sent: &&Sent| filter.to.as_ref().is_none_or(|to| *to == sent.message.to);
    Json(Page { messages: kept.messages.newest_first().filter(wanted).take(MESSAGES_SHOWN).cloned().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_local_part_and_a_domain_with_a_dot() {
        for right in ["ada@example.com", "a.b+c@mail.example.co.uk", "ünïcode@exämple.com"] {
            assert!(is_address(right), "{right}");
        }
        for wrong in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "a b@example.com",
            "a@b@example.com",
            "ada@.com",
            "ada@-x.com",
        ] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }
}
