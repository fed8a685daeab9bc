//! The identity partner: issues opaque tokens and says whether one is still good (RFC 7662).
//!
//! There is no `/identity/jwks`: opaque tokens have no key, and the shop's own tokens are signed with a shared secret,
//! which nobody publishes.

use crate::{app::World, partner::Name, recent::Recent};
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde::{Deserialize, Serialize};
use serving::{Problem, ValidJson};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};
use uuid::Uuid;

/// Tokens remembered; one pushed out is no longer active.
const TOKENS_KEPT: usize = 50_000;
/// How long a token is good unless said otherwise, in seconds.
const DEFAULT_TTL: u64 = 3_600;

/// What the identity partner remembers, by token.
#[derive(Debug)]
pub(crate) struct Tokens(Mutex<Recent<String, Grant>>);

#[derive(Clone, Debug)]
struct Grant {
    subject: String,
    scope: String,
    /// Seconds since 1970.
    expires_at: u64,
}

impl Tokens {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Recent::new(TOKENS_KEPT)))
    }

    pub(crate) fn reset(&self) {
        *self.kept() = Recent::new(TOKENS_KEPT);
    }

    fn kept(&self) -> MutexGuard<'_, Recent<String, Grant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new().route("/identity/tokens", post(issue)).route("/identity/introspect", post(introspect))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// 1 to 200 characters.
    subject: String,
    /// Words separated by spaces, up to 200 characters.
    #[serde(default)]
    scope: String,
    /// Seconds, 1 to 86,400.
    ttl_seconds: Option<u64>,
}

#[derive(Serialize)]
struct Issued {
    access_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: u64,
}

async fn issue(
    State(world): State<Arc<World>>,
    ValidJson(wish): ValidJson<Wish>,
) -> Result<(StatusCode, Json<Issued>), Problem> {
    let expires_in = wish.ttl_seconds.unwrap_or(DEFAULT_TTL);
    if !(1..=200).contains(&wish.subject.chars().count()) || wish.scope.chars().count() > 200 {
        return Err(Problem::unprocessable("subject must have 1 to 200 characters, scope at most 200"));
    }
    if !(1..=86_400).contains(&expires_in) {
        return Err(Problem::unprocessable("ttl_seconds must be 1 to 86400"));
    }
    let access_token = format!("idt_{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let grant = Grant { subject: wish.subject, scope: wish.scope, expires_at: now() + expires_in };
    world.tokens.kept().insert(access_token.clone(), grant);
    world.partner(Name::Identity).calls.effect();
    Ok((StatusCode::CREATED, Json(Issued { access_token, token_type: "Bearer", expires_in })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    token: String,
}

#[derive(Serialize)]
struct Finding {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<u64>,
}

async fn introspect(State(world): State<Arc<World>>, ValidJson(question): ValidJson<Question>) -> Json<Finding> {
    let grant = world.tokens.kept().get(&question.token).filter(|grant| grant.expires_at > now()).cloned();
    Json(match grant {
        Some(Grant { subject, scope, expires_at }) => {
            Finding { active: true, sub: Some(subject), scope: Some(scope), exp: Some(expires_at) }
        }
        None => Finding { active: false, sub: None, scope: None, exp: None },
    })
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
