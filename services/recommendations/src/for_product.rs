//! `ForProduct`: the products that go together with one product.

use crate::{card::Card, database, error, error::Error};
use proto::recommendations::v1::ForProductRequest;
use sqlx::PgPool;

/// No row: no such product. One row of nulls: nothing goes together with it.
///
/// What was bought together counts in full, what is only related by half: it is a guess where the other is evidence.
pub(crate) const SQL: &str = "
    select best.*
    from products asked
    left join lateral (
        select p.id, p.sku, p.name, p.price_cents, together.score
        from (
            select id, sum(score) as score
            from (
                select other_id as id, score::float8 as score from co_purchases where product_id = asked.id
                union all
                select related_id, score::float8 / 2 from related_products where product_id = asked.id
            ) found
            group by id
            order by score desc, id
            limit $2
        ) together
        join products p on p.id = together.id
    ) best on true
    where asked.id = $1
    order by best.score desc, best.id";

#[derive(sqlx::FromRow)]
struct Row {
    id: Option<i64>,
    sku: Option<String>,
    name: Option<String>,
    price_cents: Option<i64>,
    score: Option<f64>,
}

impl Row {
    fn card(self) -> Option<Card> {
        let Self { id, sku, name, price_cents, score } = self;
        Some(Card { id: id?, sku: sku?, name: name?, price_cents: price_cents?, score: score? })
    }
}

pub(crate) async fn for_product(pool: &PgPool, request: &ForProductRequest) -> Result<Vec<Card>, Error> {
    let (id, limit) = (error::product_id(request.product_id)?, error::limit(request.limit)?);
    let span = telemetry::db_span!("recommendations.for_product", SQL);
    let rows: Vec<Row> = database::rows(pool, span, sqlx::query_as(SQL).bind(id).bind(limit)).await?;
    if rows.is_empty() {
        return Err(Error::NotFound(id));
    }
    Ok(rows.into_iter().filter_map(Row::card).collect())
}
