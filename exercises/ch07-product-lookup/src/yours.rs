//! Looks for a fragment in the names and SKUs of the catalogue.

use crate::{Found, Row, anywhere};
use sqlx::PgPool;
use telemetry::{db_span, names};
use tracing::{Instrument as _, Span};

/// What this implementation needs of the database beyond the shop's own migrations; runs at every start.
pub(crate) const SCHEMA: &str = "";

pub(crate) const SQL: &str = "
    with found as (
        select id, sku, name, price_cents
        from products
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
