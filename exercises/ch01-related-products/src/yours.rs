//! Reads the related products of each hit.

use crate::Related;
use shop::{Money, ProductCard, ProductId};
use sqlx::PgPool;
use telemetry::{db_span, names};
use tracing::{Instrument as _, Span};

/// What this implementation needs of the database beyond the shop's own migrations; runs at every start.
pub(crate) const SCHEMA: &str = "drop index if exists related_products_score_idx";

pub(crate) const SQL: &str = "
    select products.id, products.sku, products.name, products.price_cents
    from related_products
    join products on products.id = related_products.related_id
    where related_products.product_id = $1
    order by related_products.score desc, products.id
    limit 4";

pub(crate) async fn related(pool: &PgPool, hits: &[ProductId]) -> Result<Related, sqlx::Error> {
    let mut related = Related::new();
    for &hit in hits {
        related.insert(hit, related_to(pool, hit).await?);
    }
    Ok(related)
}

async fn related_to(pool: &PgPool, product: ProductId) -> Result<Vec<ProductCard>, sqlx::Error> {
    let query = async {
        let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(SQL).bind(product.0).fetch_all(pool).await?;
        Span::current().record(names::DB_RETURNED_ROWS, rows.len());
        Ok::<_, sqlx::Error>(rows)
    };
    let rows = query.instrument(db_span!("related_products.of_product", SQL)).await?;
    let card = |(id, sku, name, price)| ProductCard { id: ProductId(id), sku, name, price_cents: Money(price) };
    Ok(rows.into_iter().map(card).collect())
}
