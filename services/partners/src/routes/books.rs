//! The admin route that shows everything the partners did for the shop, so that somebody can compare it with the shop's own books.

use crate::{memory::Booked, state::AppState};
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::Arc;

/// What was done, each the newest first; as much as the partners remember.
#[derive(Serialize)]
pub(crate) struct Books {
    /// Every charge with its key and where it stands.
    charges: Vec<Booked>,
    /// The order of every shipment.
    shipments: Vec<i64>,
    /// The order of every event that analytics took.
    events: Vec<i64>,
    /// The subject of every message.
    messages: Vec<String>,
}

pub(crate) async fn show(State(state): State<Arc<AppState>>) -> Json<Books> {
    Json(Books {
        charges: state.payments.booked(),
        shipments: state.shipments.orders(),
        events: state.events.orders(),
        messages: state.mailbox.subjects(),
    })
}
