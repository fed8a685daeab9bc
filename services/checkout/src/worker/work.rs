//! Carrying an order out: the warehouse ships, the customer gets a letter, what was sold is counted, the order is confirmed.
//!
//! A message may come twice. The partners are asked under the message's id, so asking again has no second effect; the order
//! is confirmed in the statement that also remembers the message.

use super::{consumer::Tools, delivery::Failure};
use crate::{database, partner::CallError};
use lapin::message::Delivery;
use shop::OrderPlaced;
use sqlx::PgPool;
use telemetry::db_span;

/// Whom to write to, and whether this message was seen before.
pub(crate) const ORDER: &str = "\
    select u.email, exists (select from processed_messages where message_id = $2)
    from orders o join users u on u.id = o.user_id
    where o.id = $1";

pub(crate) const CONFIRM: &str = "\
    with message as (insert into processed_messages (message_id) values ($2) on conflict do nothing)
    update orders set status = 'confirmed' where id = $1 and status = 'placed'";

/// The version of [`OrderPlaced`] that is understood here.
const VERSION: u32 = 1;

pub(super) async fn carry_out(tools: &Tools, delivery: &Delivery) -> Result<(), Failure> {
    let (message, order) = read(delivery)?;
    let Some((email, seen)) = find(tools, &order, &message).await? else {
        return Err(Failure::Hopeless(format!("there is no order {}", order.order_id)));
    };
    if seen {
        tracing::info!(message, "seen before");
        return Ok(());
    }
    tools.partners.ship(&message, &order).await.map_err(|error| failed("the warehouse", &error))?;
    tools.partners.confirm_by_email(&message, &email, &order).await.map_err(|error| failed("the email", &error))?;
    tools.partners.track(&message, &order).await.map_err(|error| failed("analytics", &error))?;
    let counted = tools.sales.count(&message, &order).await;
    counted.map_err(|error| Failure::ForNow(format!("the list of sales: {error}")))?;
    confirm(&tools.db, &order, &message).await?;
    telemetry::count("shop.orders.confirmed", 1, &[]);
    Ok(())
}

/// The message's id and its event.
fn read(delivery: &Delivery) -> Result<(String, OrderPlaced), Failure> {
    let id = delivery.properties.message_id().as_ref().map(ToString::to_string).unwrap_or_default();
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
    let mut connection = database::connection(&tools.db).await?;
    let query = sqlx::query_as(ORDER).bind(order.order_id.0).bind(message).fetch_optional(&mut *connection);
    database::observed(db_span!("worker.order", ORDER), query).await
}

/// Writes down that everything that follows from an order is done, under its event's name.
pub(crate) async fn confirm(db: &PgPool, order: &OrderPlaced, message: &str) -> sqlx::Result<()> {
    let mut connection = database::connection(db).await?;
    let query = sqlx::query(CONFIRM).bind(order.order_id.0).bind(message).execute(&mut *connection);
    database::observed(db_span!("worker.confirm", CONFIRM), query).await.map(drop)
}

/// A partner that understood and said no will say no again.
fn failed(what: &str, error: &CallError) -> Failure {
    match error {
        CallError::Refused { .. } => Failure::Hopeless(format!("{what}: {error}")),
        CallError::NotSent(_) => Failure::NotSent(format!("{what}: {error}")),
        CallError::NotReached(_) | CallError::Unknown(_) => Failure::ForNow(format!("{what}: {error}")),
    }
}
