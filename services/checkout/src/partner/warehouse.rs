//! The warehouse partner.

use super::{CallError, Partners};
use outgoing_calls::Dependency;
use serde::Serialize;
use shop::{Line, OrderId, OrderPlaced, ProductId};
use telemetry::partner_span;

#[derive(Serialize)]
struct Shipment {
    order_id: OrderId,
    lines: Vec<ShipmentLine>,
}

#[derive(Serialize)]
struct ShipmentLine {
    product_id: ProductId,
    quantity: u32,
}

impl Partners {
    /// Tells the warehouse to ship; telling it twice ships once.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn ship(&self, key: &str, order: &OrderPlaced) -> Result<(), CallError> {
        let line = |line: &Line| ShipmentLine { product_id: line.product_id, quantity: line.quantity };
        let shipment = Shipment { order_id: order.order_id, lines: order.lines.iter().map(line).collect() };
        let span = partner_span!("POST", "/warehouse/shipments");
        self.post(span, Dependency::Warehouse, "/warehouse/shipments", key, &shipment).await.map(drop)
    }
}
