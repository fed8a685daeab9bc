//! What a customer ordered: pages of orders, newest first, and their lines.

use crate::{Error, database};
use serde::Serialize;
use shop::{Money, OrderId, ProductId, UserId};
use sqlx::PgPool;
use std::{fmt, str::FromStr};
use telemetry::db_span;
use time::OffsetDateTime;

/// A keyset, not an offset: page 1,000 costs what page 1 costs, and a new order moves nothing.
pub(crate) const PAGE: &str = "\
    select id, status, total_cents, placed_at from orders
    where user_id = $1 and ($2::timestamptz is null or (placed_at, id) < ($2, $3))
    order by placed_at desc, id desc
    limit $4";

pub(crate) const ONE: &str = "select id, status, total_cents, placed_at from orders where id = $1 and user_id = $2";

pub(crate) const LINES: &str = "\
    select order_id, product_id, quantity, unit_price_cents from order_lines
    where order_id = any($1)
    order by order_id, line_no";

/// An order without its lines.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct OrderSummary {
    /// The order.
    pub id: i64,
    /// `placed`, `confirmed` or `cancelled`.
    pub status: String,
    /// In euro cents.
    pub total_cents: i64,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub placed_at: OffsetDateTime,
}

/// A line of an order.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct OrderLine {
    /// The order it belongs to.
    #[serde(skip)]
    pub order_id: i64,
    /// The product.
    pub product_id: i64,
    /// How many.
    pub quantity: i32,
    /// The price of one when it was ordered, in euro cents.
    pub unit_price_cents: i64,
}

impl OrderLine {
    /// The line's price, in euro cents.
    #[must_use]
    pub fn total(&self) -> Money {
        Money(self.unit_price_cents * i64::from(self.quantity))
    }

    /// The product.
    #[must_use]
    pub fn product(&self) -> ProductId {
        ProductId(self.product_id)
    }
}

/// The place after an order in a list of orders; clients hand it back as they got it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    placed_at: OffsetDateTime,
    id: i64,
}

impl Cursor {
    /// The place after this order.
    #[must_use]
    pub fn after(order: &OrderSummary) -> Self {
        Self { placed_at: order.placed_at, id: order.id }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Microseconds: what Postgres keeps.
        write!(f, "{:x}-{:x}", self.placed_at.unix_timestamp_nanos() / 1_000, self.id)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let read = || {
            let (micros, id) = text.split_once('-')?;
            let nanos = i128::from(i64::from_str_radix(micros, 16).ok()?) * 1_000;
            let placed_at = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?;
            Some(Self { placed_at, id: i64::from_str_radix(id, 16).ok()? })
        };
        read().ok_or_else(|| Error::Invalid("this cursor was not made here".to_owned()))
    }
}

/// A page of a user's orders, and the cursor of the next one if there is more.
pub(crate) async fn page(
    db: &PgPool,
    user: UserId,
    size: u32,
    after: Option<Cursor>,
) -> Result<(Vec<OrderSummary>, Option<Cursor>), Error> {
    let mut connection = database::connection(db).await?;
    let query = sqlx::query_as(PAGE)
        .bind(user.0)
        .bind(after.map(|cursor| cursor.placed_at))
        .bind(after.map(|cursor| cursor.id))
        // One more than shown tells whether there is a next page.
        .bind(i64::from(size) + 1)
        .fetch_all(&mut *connection);
    let mut orders: Vec<OrderSummary> = database::observed(db_span!("orders.page", PAGE), query).await?;
    let more = orders.len() > size as usize;
    orders.truncate(size as usize);
    let next = if more { orders.last().map(Cursor::after) } else { None };
    Ok((orders, next))
}

/// One order of this user. Somebody else's is not found.
pub(crate) async fn one(db: &PgPool, user: UserId, order: OrderId) -> Result<OrderSummary, Error> {
    let mut connection = database::connection(db).await?;
    let query = sqlx::query_as(ONE).bind(order.0).bind(user.0).fetch_optional(&mut *connection);
    database::observed(db_span!("orders.one", ONE), query).await?.ok_or(Error::NotFound("order"))
}

/// The lines of these orders, by order and line number.
pub(crate) async fn lines_of(db: &PgPool, orders: &[i64]) -> Result<Vec<OrderLine>, Error> {
    let mut connection = database::connection(db).await?;
    let query = sqlx::query_as(LINES).bind(orders).fetch_all(&mut *connection);
    Ok(database::observed(db_span!("order_lines.of_orders", LINES), query).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_way_to_the_client_and_back() {
        let placed_at = OffsetDateTime::from_unix_timestamp_nanos(1_790_000_000_123_456_000).unwrap();
        let cursor = Cursor { placed_at, id: 42 };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        for wrong in ["", "-", "12", "x-y", "12-", "ffffffffffffffff-1"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }
}
