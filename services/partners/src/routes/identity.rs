//! The identity partner: issues opaque tokens and says whether one is still active (RFC 7662).
//!
//! There is no `/identity/jwks`: opaque tokens have no key, and the shop's own tokens are signed with a shared secret,
//! which nobody publishes.

use crate::{Name, memory::Grant, state::AppState};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use serving::{Problem, ValidJson};
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};
use uuid::Uuid;

/// How long a token is active unless the request says otherwise, in seconds.
const DEFAULT_TTL: u64 = 3_600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRequest {
    /// 1 to 200 characters.
    subject: String,
    /// Words separated by spaces, up to 200 characters.
    #[serde(default)]
    scope: String,
    /// Seconds, 1 to 86,400.
    ttl_seconds: Option<u64>,
}

#[derive(Serialize)]
pub(crate) struct Issued {
    access_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: u64,
}

pub(crate) async fn issue(
    State(state): State<Arc<AppState>>,
    ValidJson(request): ValidJson<TokenRequest>,
) -> Result<(StatusCode, Json<Issued>), Problem> {
    let expires_in = request.ttl_seconds.unwrap_or(DEFAULT_TTL);
    if !(1..=200).contains(&request.subject.chars().count()) || request.scope.chars().count() > 200 {
        return Err(Problem::unprocessable("subject must have 1 to 200 characters, scope at most 200"));
    }
    if !(1..=86_400).contains(&expires_in) {
        return Err(Problem::unprocessable("ttl_seconds must be 1 to 86400"));
    }
    let access_token = format!("idt_{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let grant = Grant { subject: request.subject, scope: request.scope, expires_at: now() + expires_in };
    state.tokens.insert(access_token.clone(), grant);
    state.partner(Name::Identity).calls.effect();
    Ok((StatusCode::CREATED, Json(Issued { access_token, token_type: "Bearer", expires_in })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Introspection {
    token: String,
}

#[derive(Serialize)]
pub(crate) struct Introspected {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<u64>,
}

pub(crate) async fn introspect(
    State(state): State<Arc<AppState>>,
    ValidJson(Introspection { token }): ValidJson<Introspection>,
) -> Json<Introspected> {
    Json(match state.tokens.active(&token, now()) {
        Some(Grant { subject, scope, expires_at }) => {
            Introspected { active: true, sub: Some(subject), scope: Some(scope), exp: Some(expires_at) }
        }
        None => Introspected { active: false, sub: None, scope: None, exp: None },
    })
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
