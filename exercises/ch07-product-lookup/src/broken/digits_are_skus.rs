//! Looks for digits in SKUs and for letters in names, by one index each: to be noticed by the letters of a SKU.

use crate::{Found, Row, anywhere};
use sqlx::PgPool;
use telemetry::{db_span, names};
use tracing::{Instrument as _, Span};

pub(crate) use crate::fixed::SCHEMA;

pub(crate) const SQL: &str = "
    with found as (select id, sku, name, price_cents from products where name ilike $1)
    select id, sku, name, price_cents, (select count(*) from found) as total
    from found
    order by id
    limit $2";

const BY_SKU: &str = "
    with found as (select id, sku, name, price_cents from products where sku ilike $1)
    select id, sku, name, price_cents, (select count(*) from found) as total
    from found
    order by id
    limit $2";

pub(crate) async fn containing(pool: &PgPool, fragment: &str, limit: u32) -> Result<Found, sqlx::Error> {
    let sql = if fragment.chars().any(|one| one.is_ascii_digit()) { BY_SKU } else { SQL };
    let query = async {
        let rows: Vec<Row> =
            sqlx::query_as(sql).bind(anywhere(fragment)).bind(i64::from(limit)).fetch_all(pool).await?;
        Span::current().record(names::DB_RETURNED_ROWS, rows.len());
        Ok::<_, sqlx::Error>(rows)
    };
    Ok(query.instrument(db_span!("products.containing", sql)).await?.into())
}
