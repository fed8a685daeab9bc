//! `ForProducts`: the products that go together with many at once, in one statement however many they are.

use crate::{card::Card, database, error, error::Error};
use proto::recommendations::v1::ForProductsRequest;
use sqlx::PgPool;
use std::collections::BTreeSet;

/// Most products in one call.
const MOST: usize = 100;

/// The scores add up: what goes together with several of the given products stands before what goes with one.
/// Weights as in `ForProduct`. An unknown product contributes nothing: it may have been taken out of the shop a moment ago.
pub(crate) const SQL: &str = "
    select p.id, p.sku, p.name, p.price_cents, together.score
    from (
        select id, sum(score) as score
        from (
            select other_id as id, score::float8 as score from co_purchases where product_id = any($1)
            union all
            select related_id, score::float8 / 2 from related_products where product_id = any($1)
        ) found
        where id <> all($1)
        group by id
        order by score desc, id
        limit $2
    ) together
    join products p on p.id = together.id
    order by together.score desc, p.id";

pub(crate) async fn for_products(pool: &PgPool, request: &ForProductsRequest) -> Result<Vec<Card>, Error> {
    let given = request.product_ids.len();
    if !(1..=MOST).contains(&given) {
        return Err(Error::Invalid(format!("product_ids must be 1 to {MOST} products, not {given}")));
    }
    let limit = error::limit(request.limit)?;
    // Each once: a product given twice must not count twice.
    let ids = request.product_ids.iter().map(|&id| error::product_id(id)).collect::<Result<BTreeSet<i64>, _>>()?;
    let ids = Vec::from_iter(ids);
    let span = telemetry::db_span!("recommendations.for_products", SQL);
    Ok(database::rows(pool, span, sqlx::query_as(SQL).bind(ids).bind(limit)).await?)
}
