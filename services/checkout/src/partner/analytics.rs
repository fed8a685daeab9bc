//! The analytics partner.

use super::{CallError, Partners};
use outgoing_calls::Dependency;
use serde::Serialize;
use shop::{Money, OrderId, OrderPlaced};
use telemetry::partner_span;

#[derive(Serialize)]
struct Event {
    name: &'static str,
    order_id: OrderId,
    pieces: u32,
    total_cents: Money,
}

impl Partners {
    /// Tells analytics what was sold; the same key twice is one event.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn track(&self, key: &str, order: &OrderPlaced) -> Result<(), CallError> {
        let pieces = order.lines.iter().map(|line| line.quantity).sum();
        let (name, order_id, total_cents) = (crate::broker::ORDER_PLACED, order.order_id, order.total_cents);
        let span = partner_span!("POST", "/analytics/events");
        let event = Event { name, order_id, pieces, total_cents };
        self.post(span, Dependency::Analytics, "/analytics/events", key, &event).await.map(drop)
    }
}
