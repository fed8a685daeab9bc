//! The work on a message: read it, find its order, fulfil the order.
//!
//! A message may come twice. One that was fulfilled is skipped; one that was fulfilled in part can be repeated, because every
//! step of the fulfilment can.

use super::{failure::Failure, tools::Tools};
use crate::{broker::headers, database};
use lapin::message::Delivery;
use shop::OrderPlaced;
use telemetry::db_span;

/// The customer's address, and whether this message was fulfilled before.
pub(crate) const ORDER: &str = "\
    select u.email, exists (select from processed_messages where message_id = $2)
    from orders o join users u on u.id = o.user_id
    where o.id = $1";

/// The version of [`OrderPlaced`] that is understood here.
const VERSION: u32 = 1;

pub(super) async fn fulfil(tools: &Tools, delivery: &Delivery) -> Result<(), Failure> {
    let (message, order) = read(delivery)?;
    let Some((email, seen)) = find(tools, &order, &message).await? else {
        return Err(Failure::Hopeless(format!("there is no order {}", order.order_id)));
    };
    if seen {
        tracing::info!(message, "seen before");
        return Ok(());
    }
    tools.fulfilment.run(&message, &email, &order).await?;
    telemetry::count("shop.orders.confirmed", 1, &[]);
    Ok(())
}

/// The message's id and its event.
fn read(delivery: &Delivery) -> Result<(String, OrderPlaced), Failure> {
    let id = headers::message_id(&delivery.properties);
    if id.is_empty() {
        return Err(Failure::Hopeless("it has no message id".to_owned()));
    }
    let order: OrderPlaced = serde_json::from_slice(&delivery.data)
        .map_err(|error| Failure::Hopeless(format!("it is not an order: {error}")))?;
    if order.version != VERSION {
        return Err(Failure::Hopeless(format!("version {} is not known here", order.version)));
    }
    Ok((id, order))
}

async fn find(tools: &Tools, order: &OrderPlaced, message: &str) -> sqlx::Result<Option<(String, bool)>> {
    let mut connection = database::connection(&tools.fulfilment.db).await?;
    let query = sqlx::query_as(ORDER).bind(order.order_id.0).bind(message).fetch_optional(&mut *connection);
    database::observed(db_span!("worker.order", ORDER), query).await
}
