//! What one arm's orders came to: what the driver was told, what the database holds, and what the partners did.

use crate::arms::{Arm, partners};
use crate::exit::Failure;
use anyhow::Context as _;
use load::Driver;
use serde::Deserialize;
use sqlx::Connection as _;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};

/// Where orders are placed.
const ORDERS: &str = "/v1/orders";

const LAST: &str = "select coalesce(max(id), 0) from orders";

/// Orders and attempts in one statement, so that an attempt that becomes an order is seen as one of the two. An attempt whose charge
/// is to be undone is none of them: it has ended for its customer, and the charge must be given back.
const STORED: &str = "
    select json_build_object(
        'orders', (select coalesce(json_agg(json_build_object('id', id, 'status', status, 'total_cents', total_cents,
            'reference', coalesce(payment_reference, '')) order by id), '[]') from orders where id > $1),
        'attempts', (select coalesce(json_agg(id), '[]') from order_attempts where state = 'reserved'))";

/// An order in the database.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Order {
    pub id: i64,
    pub status: String,
    pub total_cents: i64,
    pub reference: String,
}

#[derive(Deserialize)]
struct Stored {
    orders: Vec<Order>,
    attempts: BTreeSet<String>,
}

/// A charge of the payment partner.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Charge {
    pub key: String,
    pub reference: String,
    pub status: String,
    pub amount_cents: i64,
}

#[derive(Deserialize)]
struct Partners {
    charges: Vec<Charge>,
    shipments: Vec<i64>,
    events: Vec<i64>,
    messages: Vec<String>,
}

/// Everything about the orders of one arm since its start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Orders that a 201 named.
    pub accepted: BTreeSet<i64>,
    pub orders: Vec<Order>,
    /// Keys of attempts that are being charged: their charges will be kept or undone.
    pub under_way: BTreeSet<String>,
    pub charges: Vec<Charge>,
    /// How often each order was shipped, written about, and told to analytics.
    pub shipped: BTreeMap<i64, u64>,
    pub written: BTreeMap<i64, u64>,
    pub tracked: BTreeMap<i64, u64>,
}

/// The number of the last order so far.
pub(super) async fn last_order(database: &str) -> Result<i64, Failure> {
    let asked = async {
        let mut connection = sqlx::PgConnection::connect(database).await?;
        let last: i64 = sqlx::query_scalar(LAST).fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>(last)
    };
    Ok(asked.await.context("asking Postgres for the last order")?)
}

/// The orders that the driver was told of since this was asked last.
pub(super) fn accepted(driver: &Driver, arm: &Arm) -> BTreeSet<i64> {
    let created = driver.take_created(arm.base());
    let told = created.told.iter().filter(|(path, _)| path == ORDERS);
    told.filter_map(|(_, location)| location.strip_prefix(ORDERS)?.trim_start_matches('/').parse().ok()).collect()
}

/// All of it, of the orders after `first`. The partners are asked first: a charge they have made is an attempt or an order by then.
pub(super) async fn found(driver: &Driver, arm: &Arm, first: i64, accepted: &BTreeSet<i64>) -> Result<Found, Failure> {
    let Some(base) = &arm.partners else { return Ok(Found::default()) };
    let books: Partners = partners::books(driver, base).await?;
    let asked = async {
        let mut connection = sqlx::PgConnection::connect(&arm.database).await?;
        let Json(stored): Json<Stored> = sqlx::query_scalar(STORED).bind(first).fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>(stored)
    };
    let stored = asked.await.context("asking Postgres for the orders of the run")?;
    let about = |subject: &String| subject.rsplit(' ').next()?.parse().ok();
    Ok(Found {
        accepted: accepted.clone(),
        orders: stored.orders,
        under_way: stored.attempts,
        charges: books.charges,
        shipped: counted(books.shipments.into_iter()),
        written: counted(books.messages.iter().filter_map(about)),
        tracked: counted(books.events.into_iter()),
    })
}

fn counted(orders: impl Iterator<Item = i64>) -> BTreeMap<i64, u64> {
    let mut counted = BTreeMap::new();
    orders.for_each(|order| *counted.entry(order).or_default() += 1);
    counted
}
