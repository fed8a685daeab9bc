//! Looks in a copy of the catalogue that is made when the service first starts: to be noticed by a new product or price.

use crate::{Found, Row, anywhere};
use sqlx::PgPool;
use telemetry::{db_span, names};
use tracing::{Instrument as _, Span};

/// Narrow, so that a look-up touches few pages.
pub(crate) const SCHEMA: &str = "
    create extension if not exists pg_trgm;
    create materialized view if not exists products_fragments as
        select id, sku, name, price_cents from products;
    create index if not exists products_fragments_idx
    on products_fragments using gin (name gin_trgm_ops, sku gin_trgm_ops);
    analyze products_fragments";

pub(crate) const SQL: &str = "
    with found as (
        select id, sku, name, price_cents
        from products_fragments
        where name ilike $1 or sku ilike $1
    )
    select id, sku, name, price_cents, (select count(*) from found) as total
    from found
    order by id
    limit $2";

pub(crate) async fn containing(pool: &PgPool, fragment: &str, limit: u32) -> Result<Found, sqlx::Error> {
    let query = async {
        let rows: Vec<Row> =
            sqlx::query_as(SQL).bind(anywhere(fragment)).bind(i64::from(limit)).fetch_all(pool).await?;
        Span::current().record(names::DB_RETURNED_ROWS, rows.len());
        Ok::<_, sqlx::Error>(rows)
    };
    Ok(query.instrument(db_span!("products.containing", SQL)).await?.into())
}
