//! The payment partner: authorize, capture, void, charge; each under an idempotency key.

use crate::{
    Name,
    idempotency::IdempotencyKey,
    memory::{Answer, NewCharge, Status},
    state::AppState,
};
use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serving::ValidJson;
use std::sync::Arc;

pub(crate) async fn authorize(
    State(state): State<Arc<AppState>>,
    IdempotencyKey(key): IdempotencyKey,
    ValidJson(request): ValidJson<NewCharge>,
) -> Response {
    open(&state, key, "authorize", &request, Status::Authorized)
}

pub(crate) async fn charge(
    State(state): State<Arc<AppState>>,
    IdempotencyKey(key): IdempotencyKey,
    ValidJson(request): ValidJson<NewCharge>,
) -> Response {
    open(&state, key, "charge", &request, Status::Captured)
}

fn open(state: &AppState, key: String, operation: &str, request: &NewCharge, status: Status) -> Response {
    if let Err(problem) = request.check() {
        return problem.into_response();
    }
    let on_effect = || state.partner(Name::Payment).calls.effect();
    response(state.payments.open(key, operation, request, status, on_effect))
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Capture {
    reference: String,
    /// All that was authorized, unless said otherwise.
    amount_cents: Option<i64>,
}

pub(crate) async fn capture(
    State(state): State<Arc<AppState>>,
    IdempotencyKey(key): IdempotencyKey,
    ValidJson(request): ValidJson<Capture>,
) -> Response {
    response(state.payments.capture(key, &request, &request.reference, request.amount_cents))
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Void {
    reference: String,
}

pub(crate) async fn void(
    State(state): State<Arc<AppState>>,
    IdempotencyKey(key): IdempotencyKey,
    ValidJson(request): ValidJson<Void>,
) -> Response {
    response(state.payments.void(key, &request, &request.reference))
}

pub(crate) async fn look_up(State(state): State<Arc<AppState>>, Path(reference): Path<String>) -> Response {
    response(state.payments.look_up(&reference))
}

fn response(answer: Answer) -> Response {
    match answer {
        Ok((status, charge)) => (status, Json(charge)).into_response(),
        Err(problem) => problem.into_response(),
    }
}
