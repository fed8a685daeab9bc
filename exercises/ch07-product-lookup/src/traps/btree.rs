//! An index on the column that is searched in, as every slow statement gets one: the name is now sorted, by its beginning.
//!
//! The pattern begins with a wildcard, so the order is of no use: 370 rows are read for each that is shown, as before, and with
//! ten times the products the p95 is 5.4 times as long, where the reference's is 1.2 (2 shared cores, nothing else running).

use crate::{Found, Row, anywhere};
use sqlx::PgPool;
use telemetry::{db_span, names};
use tracing::{Instrument as _, Span};

/// With the operators for patterns, as `like` needs them where names are not compared by bytes.
pub(crate) const SCHEMA: &str = "
    create index if not exists products_name_idx on products (name text_pattern_ops)";

/// Takes the index away for another implementation.
pub(crate) const DROP: &str = "drop index if exists products_name_idx";

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
