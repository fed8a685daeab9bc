//! The analytics partner: takes events about what happens in the shop, each once.

use crate::{Name, idempotency::IdempotencyKey, memory::Event, state::AppState};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use serving::{Problem, ValidJson};
use std::sync::Arc;
use uuid::Uuid;

#[derive(Serialize)]
pub(crate) struct Accepted {
    id: Uuid,
}

pub(crate) async fn track(
    State(state): State<Arc<AppState>>,
    IdempotencyKey(key): IdempotencyKey,
    ValidJson(event): ValidJson<Event>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    if !(1..=100).contains(&event.name.len()) {
        return Err(Problem::unprocessable("name must have 1 to 100 bytes"));
    }
    if event.order_id < 1 || event.pieces < 1 || event.total_cents < 0 {
        return Err(Problem::unprocessable("order_id and pieces must be positive, total_cents at least 0"));
    }
    let id = state.events.track(key, &event, || state.partner(Name::Analytics).calls.effect())?;
    Ok((StatusCode::ACCEPTED, Json(Accepted { id })))
}
