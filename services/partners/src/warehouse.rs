//! The warehouse partner: one shipment for one order, however often it is asked for.

use crate::{app::World, partner::Name, recent::Recent};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serving::{Problem, ValidJson};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Shipments remembered.
const SHIPMENTS_KEPT: usize = 50_000;

/// What the warehouse remembers, by order.
#[derive(Debug)]
pub(crate) struct Shipments(Mutex<Recent<i64, Shipment>>);

impl Shipments {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Recent::new(SHIPMENTS_KEPT)))
    }

    pub(crate) fn reset(&self) {
        *self.kept() = Recent::new(SHIPMENTS_KEPT);
    }

    fn kept(&self) -> MutexGuard<'_, Recent<i64, Shipment>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    product_id: i64,
    /// 1 to 99.
    quantity: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewShipment {
    order_id: i64,
    /// 1 to 100.
    lines: Vec<Line>,
}

#[derive(Clone, Debug, Serialize)]
struct Shipment {
    shipment_id: Uuid,
    order_id: i64,
    status: &'static str,
    lines: Vec<Line>,
}

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new().route("/warehouse/shipments", post(ship))
}

/// Not part of what the partner sells: neither delayed nor counted.
pub(crate) fn inspection() -> Router<Arc<World>> {
    Router::new().route("/warehouse/shipments/{order_id}", get(look_up))
}

async fn ship(
    State(world): State<Arc<World>>,
    ValidJson(wish): ValidJson<NewShipment>,
) -> Result<(StatusCode, Json<Shipment>), Problem> {
    check(&wish)?;
    let mut shipments = world.shipments.kept();
    if let Some(known) = shipments.get(&wish.order_id) {
        if known.lines == wish.lines {
            return Ok((StatusCode::OK, Json(known.clone())));
        }
        let conflict = Problem::new(StatusCode::CONFLICT, "/problems/shipped-differently");
        return Err(conflict.detail("this order is being shipped with other lines"));
    }
    let shipment =
        Shipment { shipment_id: Uuid::new_v4(), order_id: wish.order_id, status: "accepted", lines: wish.lines };
    shipments.insert(wish.order_id, shipment.clone());
    world.partner(Name::Warehouse).calls.effect();
    Ok((StatusCode::CREATED, Json(shipment)))
}

fn check(wish: &NewShipment) -> Result<(), Problem> {
    if wish.order_id < 1 || wish.lines.iter().any(|line| line.product_id < 1) {
        return Err(Problem::unprocessable("order_id and product_id must be positive"));
    }
    if !(1..=100).contains(&wish.lines.len()) {
        return Err(Problem::unprocessable("a shipment has 1 to 100 lines"));
    }
    if wish.lines.iter().any(|line| !(1..=99).contains(&line.quantity)) {
        return Err(Problem::unprocessable("quantity must be 1 to 99"));
    }
    Ok(())
}

async fn look_up(State(world): State<Arc<World>>, Path(order_id): Path<String>) -> Result<Json<Shipment>, Problem> {
    let unknown = || Problem::not_found("there is no shipment for this order");
    let order_id: i64 = order_id.parse().map_err(|_| unknown())?;
    world.shipments.kept().get(&order_id).cloned().map(Json).ok_or_else(unknown)
}
