//! The warehouse, the email partner and analytics: what follows from an order.

use super::{CallError, Partners};
use outgoing_calls::Dependency;
use serde::Serialize;
use shop::{Line, Money, OrderId, OrderPlaced, ProductId};
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

#[derive(Serialize)]
struct Email<'a> {
    to: &'a str,
    subject: String,
    text: String,
}

#[derive(Serialize)]
struct Event {
    name: &'static str,
    order_id: OrderId,
    pieces: u32,
    total_cents: Money,
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

    /// Writes to the customer; the same key twice is one letter.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn confirm_by_email(&self, key: &str, to: &str, order: &OrderPlaced) -> Result<(), CallError> {
        let pieces: u32 = order.lines.iter().map(|line| line.quantity).sum();
        let (id, total) = (order.order_id, order.total_cents);
        let text = format!("Thank you for your order.\n\nOrder {id}: {pieces} pieces, {total}.\nIt is on its way.\n");
        let email = Email { to, subject: format!("Your order {id}"), text };
        let span = partner_span!("POST", "/email/messages");
        self.post(span, Dependency::Email, "/email/messages", key, &email).await.map(drop)
    }

    /// Tells analytics what was sold; the same key twice is one event.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn track(&self, key: &str, order: &OrderPlaced) -> Result<(), CallError> {
        let pieces = order.lines.iter().map(|line| line.quantity).sum();
        let (name, order_id, total_cents) = (crate::broker::ORDER_PLACED, order.order_id, order.total_cents);
        let span = partner_span!("POST", "/analytics/events");
        self.post(span, "/analytics/events", key, &Event { name, order_id, pieces, total_cents }).await.map(drop)
    }
}
