//! The email partner.

use super::{CallError, Partners};
use outgoing_calls::Dependency;
use serde::Serialize;
use shop::OrderPlaced;
use telemetry::partner_span;

#[derive(Serialize)]
struct Email<'a> {
    to: &'a str,
    subject: String,
    text: String,
}

impl Partners {
    /// Sends the customer a confirmation of an order; the same key twice is one message.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn send_confirmation(&self, key: &str, to: &str, order: &OrderPlaced) -> Result<(), CallError> {
        let pieces: u32 = order.lines.iter().map(|line| line.quantity).sum();
        let (id, total) = (order.order_id, order.total_cents);
        let text = format!("Thank you for your order.\n\nOrder {id}: {pieces} pieces, {total}.\nIt is on its way.\n");
        let email = Email { to, subject: format!("Your order {id}"), text };
        let span = partner_span!("POST", "/email/messages");
        self.post(span, Dependency::Email, "/email/messages", key, &email).await.map(drop)
    }
}
