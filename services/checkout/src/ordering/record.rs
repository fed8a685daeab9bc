//! Recording an order: the attempt goes; the order, its lines, its event and what has to leave the cart come; all or nothing.

use super::{OrderRequest, attempt::Attempt};
use crate::{Error, database};
use outgoing_calls::OrderConnection;
use shop::{OrderId, OrderPlaced};
use sqlx::types::Json;
use std::collections::BTreeMap;
use telemetry::db_span;

/// One statement, so one round trip and no connection held for longer. The event gets the order's number in the database,
/// which gives it. No row comes back when the attempt has ended otherwise.
pub(crate) const RECORD: &str = "\
    with attempt as (delete from order_attempts where id = $1 and state = 'reserved' returning user_id, idempotency_key),
    placed as (
        insert into orders (user_id, status, total_cents, payment_reference, idempotency_key)
        select user_id, 'placed', $2, $3, idempotency_key from attempt
        returning id
    ),
    lines as (
        insert into order_lines (order_id, line_no, product_id, quantity, unit_price_cents)
        select placed.id, l.line_no, l.product_id, l.quantity, l.unit_price_cents
        from placed, unnest($4::bigint[], $5::int[], $6::bigint[])
            with ordinality as l (product_id, quantity, unit_price_cents, line_no)
    ),
    event as (
        insert into outbox (topic, payload, trace_context)
        select $7, jsonb_set($8::jsonb, '{order_id}', to_jsonb(placed.id)), $9 from placed
        returning id, payload
    ),
    clearing as (
        insert into cart_clearings (event_id, attempt_id, user_id, product_ids, quantities)
        select event.id, $1, attempt.user_id, $4, $5 from event, attempt where $10
    )
    select placed.id, event.id, event.payload from placed, event";

/// An order that stands.
pub(super) struct Recorded {
    pub(super) placed: OrderPlaced,
    /// Its event's number in the outbox.
    pub(super) event: i64,
    /// The event.
    pub(super) payload: serde_json::Value,
}

/// Records a paid attempt.
///
/// # Errors
/// When it is not known to be recorded; also when the attempt was ended meanwhile, because it took longer than a minute.
pub(super) async fn record(
    db: &mut OrderConnection,
    request: &OrderRequest,
    attempt: &Attempt,
    reference: &str,
) -> Result<Recorded, Error> {
    let total = attempt.charge.amount;
    let mut placed = OrderPlaced {
        version: 1,
        order_id: OrderId(0),
        user_id: request.user,
        total_cents: total,
        lines: attempt.lines.clone(),
    };
    let context: BTreeMap<String, String> = telemetry::current_context();
    let lines = attempt.lines.iter();
    let quantity = |quantity: u32| i32::try_from(quantity).unwrap_or(i32::MAX);
    let connection = db.get().await?;
    let query = sqlx::query_as(RECORD)
        .bind(&attempt.charge.key)
        .bind(total.0)
        .bind(reference)
        .bind(lines.clone().map(|line| line.product_id.0).collect::<Vec<i64>>())
        .bind(lines.clone().map(|line| quantity(line.quantity)).collect::<Vec<i32>>())
        .bind(lines.map(|line| line.unit_price_cents.0).collect::<Vec<i64>>())
        .bind(crate::broker::ORDER_PLACED)
        .bind(Json(placed.clone()))
        .bind(Json(context))
        .bind(request.items.is_none())
        .fetch_optional(connection);
    let row: Option<(i64, i64, serde_json::Value)> =
        database::observed(db_span!("orders.record", RECORD), query).await?;
    let (order, event, payload) = row.ok_or(Error::Unsettled)?;
    placed.order_id = OrderId(order);
    Ok(Recorded { placed, event, payload })
}
