//! The email partner: takes messages for delivery, and shows a test what it took.

use crate::{
    Name,
    idempotency::OptionalKey,
    memory::{Message, Sent},
    state::AppState,
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use serving::{Problem, ValidJson, ValidQuery};
use std::sync::Arc;
use uuid::Uuid;

/// The most messages shown at once.
const MOST_SHOWN: usize = 100;

#[derive(Serialize)]
pub(crate) struct Accepted {
    id: Uuid,
}

pub(crate) async fn send(
    State(state): State<Arc<AppState>>,
    OptionalKey(key): OptionalKey,
    ValidJson(message): ValidJson<Message>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    check(&message)?;
    let id = state.mailbox.deliver(key, &message, || state.partner(Name::Email).calls.effect())?;
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
pub(crate) struct Filter {
    to: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Page {
    /// Newest first, at most 100.
    messages: Vec<Sent>,
}

pub(crate) async fn sent(State(state): State<Arc<AppState>>, ValidQuery(filter): ValidQuery<Filter>) -> Json<Page> {
    Json(Page { messages: state.mailbox.newest(filter.to.as_deref(), MOST_SHOWN) })
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
