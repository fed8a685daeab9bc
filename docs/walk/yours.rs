//! Reads the related products of all hits at once.

use crate::Related;
use shop::{Money, ProductCard, ProductId};
use sqlx::PgPool;
use telemetry::{db_span, names};
use tracing::{Instrument as _, Span};

/// What this implementation needs of the database beyond the shop's own migrations; runs at every start.
pub(crate) const SCHEMA: &str = "drop index if exists related_products_score_idx";

pub(crate) const SQL: &str = "
    select ranked.product_id, products.id, products.sku, products.name, products.price_cents
    from (
        select product_id, related_id,
            row_number() over (partition by product_id order by score desc, related_id) as place
        from related_products
        where product_id = any($1)
    ) as ranked
    join products on products.id = ranked.related_id
    where ranked.place <= 4
    order by ranked.product_id, ranked.place";

pub(crate) async fn related(pool: &PgPool, hits: &[ProductId]) -> Result<Related, sqlx::Error> {
    let mut related: Related = hits.iter().map(|&hit| (hit, Vec::new())).collect();
    let ids: Vec<i64> = hits.iter().map(|hit| hit.0).collect();
    let query = async {
        let rows: Vec<(i64, i64, String, String, i64)> = sqlx::query_as(SQL).bind(&ids).fetch_all(pool).await?;
        Span::current().record(names::DB_RETURNED_ROWS, rows.len());
        Ok::<_, sqlx::Error>(rows)
    };
    for (hit, id, sku, name, price) in query.instrument(db_span!("related_products.of_hits", SQL)).await? {
        let card = ProductCard { id: ProductId(id), sku, name, price_cents: Money(price) };
        related.entry(ProductId(hit)).or_default().push(card);
    }
    Ok(related)
}
