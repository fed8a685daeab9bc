//! An attempt: stock reserved and recorded before any money moves, and given back if no order comes of it.

use super::OrderRequest;
use crate::{Error, database, partner::Charge};
use outgoing_calls::OrderConnection;
use shop::{Line, Money, OrderId, ProductId};
use sqlx::{PgConnection, Postgres, Transaction};
use telemetry::db_span;
use uuid::Uuid;

pub(crate) const KNOWN: &str = "select id from orders where user_id = $1 and idempotency_key = $2";

/// The order with this key, and whether the cart of this customer may still hold what was ordered.
pub(crate) const EARLIER: &str = "\
    select (select id from orders where user_id = $1 and idempotency_key = $2),
        exists (select from cart_clearings where user_id = $1)";

/// All lines in one statement. The rows are locked in the order of their ids first, so two orders of the same products
/// wait for each other instead of dead-locking; whoever waited sees the stock that the other one left.
///
/// The order of locks over all tables: stock by product id, then the attempt, then the order. Reserving takes a stock lock
/// and then waits for the attempt of an earlier request with the same key; so whoever ends an attempt locks its stock
/// first ([`LOCK_STOCK`]).
pub(crate) const TAKE_STOCK: &str = "\
    with wanted as (select * from unnest($1::bigint[], $2::int[]) as w (product_id, quantity)),
    locked as (
        select w.product_id, w.quantity, p.price_cents
        from wanted w join stock s on s.product_id = w.product_id join products p on p.id = w.product_id
        order by s.product_id
        for update of s
    )
    update stock s set available = s.available - l.quantity
    from locked l
    where s.product_id = l.product_id and s.available >= l.quantity
    returning s.product_id, l.price_cents";

pub(crate) const ATTEMPT: &str = "\
    insert into order_attempts (id, user_id, idempotency_key, product_ids, quantities, amount_cents, payment_token)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (user_id, idempotency_key) where state = 'reserved' and idempotency_key is not null do nothing";

/// Locks the stock of an attempt that has not ended.
pub(crate) const LOCK_STOCK: &str = "\
    select s.product_id from stock s
    where s.product_id = any (
        select unnest(a.product_ids) from order_attempts a where a.id = $1 and a.state = 'reserved'
    )
    order by s.product_id
    for update of s";

/// Ends an attempt that certainly cost nothing.
pub(crate) const FORGET: &str = "\
    delete from order_attempts where id = $1 and state = 'reserved' returning product_ids, quantities";

/// Ends an attempt whose charge must be undone.
pub(crate) const UNDO: &str = "\
    update order_attempts set state = 'voiding' where id = $1 and state = 'reserved' returning product_ids, quantities";

pub(crate) const GIVE_BACK: &str = "\
    with locked as (
        select w.product_id, w.quantity
        from unnest($1::bigint[], $2::int[]) as w (product_id, quantity) join stock s on s.product_id = w.product_id
        order by s.product_id
        for update of s
    )
    update stock s set available = s.available + l.quantity from locked l where s.product_id = l.product_id";

/// Reserved, not yet paid.
pub(super) struct Attempt {
    /// What is to be charged; its key is the attempt's id.
    pub(super) charge: Charge,
    /// What is bought, at the prices of this moment.
    pub(super) lines: Vec<Line>,
}

/// How reserving ended, when it did not fail.
pub(super) enum Reserved {
    Now(Attempt),
    /// Another request with the same key was quicker, and has placed its order.
    OrderedAlready(OrderId),
}

/// What earlier requests of a customer left behind.
pub(super) struct Earlier {
    /// The order that one with the same key placed.
    pub(super) order: Option<OrderId>,
    /// Whether the cart may still hold what another one ordered.
    pub(super) unsettled_cart: bool,
}

/// Looks for what earlier requests left; asks nothing where nothing can matter.
pub(super) async fn earlier(db: &mut OrderConnection, request: &OrderRequest) -> Result<Earlier, Error> {
    if request.idempotency_key.is_none() && request.items.is_some() {
        return Ok(Earlier { order: None, unsettled_cart: false });
    }
    let query = sqlx::query_as(EARLIER).bind(request.user.0).bind(&request.idempotency_key);
    let query = query.fetch_optional(db.get().await?);
    let row: Option<(Option<i64>, bool)> = database::observed(db_span!("orders.earlier", EARLIER), query).await?;
    let (order, cart) = row.unwrap_or_default();
    Ok(Earlier { order: order.map(OrderId), unsettled_cart: cart && request.items.is_none() })
}

/// Takes the stock of all lines or of none, and records the attempt.
pub(super) async fn reserve(
    db: &mut OrderConnection,
    request: &OrderRequest,
    wanted: &[(ProductId, u32)],
) -> Result<Reserved, Error> {
    let mut transaction = database::begin(db.get().await?).await?;
    let lines = take_stock(&mut transaction, wanted).await?;
    let mut amount = Money(0);
    for line in &lines {
        let cents = line.unit_price_cents.times(line.quantity).and_then(|cents| amount.plus(cents));
        amount = cents.map_err(|error| Error::internal(&error))?;
    }
    let charge = Charge { key: Uuid::new_v4().to_string(), amount, token: request.payment_token.clone() };
    let (ids, quantities) = columns(wanted);
    let query = sqlx::query(ATTEMPT)
        .bind(&charge.key)
        .bind(request.user.0)
        .bind(&request.idempotency_key)
        .bind(ids)
        .bind(quantities)
        .bind(charge.amount.0)
        .bind(&charge.token)
        .execute(&mut *transaction);
    if database::observed(db_span!("order_attempts.insert", ATTEMPT), query).await?.rows_affected() == 0 {
        return Err(Error::InProgress);
    }
    // Only from here on nobody else can hold the key: whoever held it before has left an order or nothing.
    if let Some(key) = &request.idempotency_key {
        let query = sqlx::query_scalar(KNOWN).bind(request.user.0).bind(key).fetch_optional(&mut *transaction);
        if let Some(order) = database::observed(db_span!("orders.by_key", KNOWN), query).await? {
            return Ok(Reserved::OrderedAlready(OrderId(order)));
        }
    }
    database::commit(transaction).await?;
    Ok(Reserved::Now(Attempt { charge, lines }))
}

async fn take_stock(
    transaction: &mut Transaction<'_, Postgres>,
    wanted: &[(ProductId, u32)],
) -> Result<Vec<Line>, Error> {
    let (ids, quantities) = columns(wanted);
    let query = sqlx::query_as(TAKE_STOCK).bind(ids).bind(quantities).fetch_all(&mut **transaction);
    let taken: Vec<(i64, i64)> = database::observed(db_span!("stock.take", TAKE_STOCK), query).await?;
    let (mut lines, mut missing) = (Vec::new(), Vec::new());
    for &(product_id, quantity) in wanted {
        match taken.iter().find(|(id, _)| *id == product_id.0) {
            Some((_, cents)) => lines.push(Line { product_id, quantity, unit_price_cents: Money(*cents) }),
            None => missing.push(product_id),
        }
    }
    if missing.is_empty() { Ok(lines) } else { Err(Error::OutOfStock(missing)) }
}

/// Ends an attempt with `end` ([`FORGET`] or [`UNDO`]) and gives its stock back; does nothing when it has ended already.
pub(super) async fn give_back(db: &mut PgConnection, id: &str, end: &'static str) -> Result<(), Error> {
    let mut transaction = database::begin(db).await?;
    let query = sqlx::query(LOCK_STOCK).bind(id).execute(&mut *transaction);
    database::observed(db_span!("stock.lock", LOCK_STOCK), query).await?;
    let query = sqlx::query_as(end).bind(id).fetch_optional(&mut *transaction);
    let ended: Option<(Vec<i64>, Vec<i32>)> = database::observed(db_span!("order_attempts.end", end), query).await?;
    if let Some((ids, quantities)) = ended {
        let query = sqlx::query(GIVE_BACK).bind(ids).bind(quantities).execute(&mut *transaction);
        database::observed(db_span!("stock.give_back", GIVE_BACK), query).await?;
    }
    Ok(database::commit(transaction).await?)
}

/// Two arrays, for `unnest`. A cart's quantity is at most 99, so it fits.
fn columns(lines: &[(ProductId, u32)]) -> (Vec<i64>, Vec<i32>) {
    lines.iter().map(|(product, quantity)| (product.0, i32::try_from(*quantity).unwrap_or(i32::MAX))).unzip()
}
