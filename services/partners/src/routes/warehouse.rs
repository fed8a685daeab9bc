//! The warehouse partner: one shipment per order, however often it is asked for.

use crate::{
    Name,
    memory::{NewShipment, Shipment, Shipped},
    state::AppState,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serving::{Problem, ValidJson};
use std::sync::Arc;

pub(crate) async fn ship(
    State(state): State<Arc<AppState>>,
    ValidJson(request): ValidJson<NewShipment>,
) -> Result<(StatusCode, Json<Shipment>), Problem> {
    check(&request)?;
    match state.shipments.ship(request) {
        Shipped::Now(shipment) => {
            state.partner(Name::Warehouse).calls.effect();
            Ok((StatusCode::CREATED, Json(shipment)))
        }
        Shipped::Already(shipment) => Ok((StatusCode::OK, Json(shipment))),
        Shipped::Differently => Err(Problem::new(StatusCode::CONFLICT, "/problems/shipped-differently")
            .detail("this order is being shipped with other lines")),
    }
}

fn check(request: &NewShipment) -> Result<(), Problem> {
    if request.order_id < 1 || request.lines.iter().any(|line| line.product_id < 1) {
        return Err(Problem::unprocessable("order_id and product_id must be positive"));
    }
    if !(1..=100).contains(&request.lines.len()) {
        return Err(Problem::unprocessable("a shipment has 1 to 100 lines"));
    }
    if request.lines.iter().any(|line| !(1..=99).contains(&line.quantity)) {
        return Err(Problem::unprocessable("quantity must be 1 to 99"));
    }
    Ok(())
}

pub(crate) async fn look_up(
    State(state): State<Arc<AppState>>,
    Path(order_id): Path<String>,
) -> Result<Json<Shipment>, Problem> {
    let shipment = order_id.parse().ok().and_then(|order_id| state.shipments.of_order(order_id));
    shipment.map(Json).ok_or_else(|| Problem::not_found("there is no shipment for this order"))
}
