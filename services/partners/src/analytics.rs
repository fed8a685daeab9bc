//! The analytics partner: takes events about what happens in the shop, each once.

use crate::{
    app::World,
    idempotency::{Answers, IdempotencyKey},
    partner::Name,
};
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde::{Deserialize, Serialize};
use serving::{Problem, ValidJson};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// What the analytics partner remembers: the keys it has seen, so that nothing is counted twice.
#[derive(Debug)]
pub(crate) struct Events(Mutex<Answers<Uuid>>);

impl Events {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Answers::new()))
    }

    pub(crate) fn reset(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Answers::new();
    }
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Event {
    /// What happened, such as `order.placed`; 1 to 100 bytes.
    name: String,
    /// About which order.
    order_id: i64,
    /// Pieces; at least 1.
    pieces: u32,
    /// In cents; at least 0.
    total_cents: i64,
}

#[derive(Serialize)]
struct Accepted {
    id: Uuid,
}

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new().route("/analytics/events", post(track))
}

async fn track(
    State(world): State<Arc<World>>,
    IdempotencyKey(key): IdempotencyKey,
    ValidJson(event): ValidJson<Event>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    if !(1..=100).contains(&event.name.len()) {
        return Err(Problem::unprocessable("name must have 1 to 100 bytes"));
    }
    if event.order_id < 1 || event.pieces < 1 || event.total_cents < 0 {
        return Err(Problem::unprocessable("order_id and pieces must be positive, total_cents at least 0"));
    }
    let mut answers = world.events.0.lock().unwrap_or_else(PoisonError::into_inner);
    let id = answers.once(key, "track", &event, || {
        world.partner(Name::Analytics).calls.effect();
        Uuid::new_v4()
    })?;
    Ok((StatusCode::ACCEPTED, Json(Accepted { id })))
}
