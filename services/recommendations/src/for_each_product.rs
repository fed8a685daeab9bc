//! `ForEachProduct`: the products that go together with each of many, in one statement and one call of the model.

use crate::{card::Card, database, error, error::Error};
use proto::recommendations::v1::ForEachProductRequest;
use sqlx::PgPool;

/// Most products in one call; with fifty cards for each the answer is about half a megabyte.
const MOST: usize = 100;

/// As in `ForProduct`, once per requested product; one without recommendations has no row.
pub(crate) const SQL: &str = "
    select best.id, best.sku, best.name, best.price_cents, best.score, asked.id as asked_id
    from unnest($1::bigint[]) with ordinality as asked (id, place)
    cross join lateral (
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
    ) best
    order by asked.place, best.score desc, best.id";

#[derive(sqlx::FromRow)]
struct Row {
    asked_id: i64,
    #[sqlx(flatten)]
    card: Card,
}

/// The recommendations for one product.
pub(crate) struct Recommended {
    /// The product they are for.
    pub(crate) product: i64,
    /// Best first.
    pub(crate) cards: Vec<Card>,
}

pub(crate) async fn for_each_product(
    pool: &PgPool,
    request: &ForEachProductRequest,
) -> Result<Vec<Recommended>, Error> {
    let given = request.product_ids.len();
    if !(1..=MOST).contains(&given) {
        return Err(Error::Invalid(format!("product_ids must be 1 to {MOST} products, not {given}")));
    }
    let limit = error::limit(request.limit)?;
    let mut lists: Vec<Recommended> = Vec::with_capacity(given);
    for &id in &request.product_ids {
        let product = error::product_id(id)?;
        if lists.iter().all(|list| list.product != product) {
            lists.push(Recommended { product, cards: Vec::new() });
        }
    }
    let ids: Vec<i64> = lists.iter().map(|list| list.product).collect();
    let span = telemetry::db_span!("recommendations.for_each_product", SQL);
    let rows: Vec<Row> = database::rows(pool, span, sqlx::query_as(SQL).bind(ids).bind(limit)).await?;
    // Both are in the order of the question, so one pass puts the rows into their lists.
    let mut place = 0;
    for Row { asked_id, card } in rows {
        while lists[place].product != asked_id {
            place += 1;
        }
        lists[place].cards.push(card);
    }
    Ok(lists)
}
