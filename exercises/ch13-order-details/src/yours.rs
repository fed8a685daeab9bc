//! Looks up what a field asks for: the lines of an order, the product of a line, what goes well with a product.

use crate::{Line, LookupError, Product, Recommendation, Sources, read};
use shop::{OrderId, ProductId};
use std::sync::Arc;
use telemetry::db_span;

pub(crate) const LINES: &str = "
    select order_id, product_id, quantity, unit_price_cents
    from order_lines
    where order_id = $1
    order by line_no";

pub(crate) const PRODUCT: &str = "
    select p.id, p.sku, p.name, p.brand, p.category, p.price_cents, p.image_url, p.rating,
        coalesce(s.available, 0) as available
    from products p
    left join stock s on s.product_id = p.id
    where p.id = $1";

/// What is sent to the database, for the test that has it check every statement.
pub(crate) const STATEMENTS: &[(&str, &str)] = &[("order_lines.of_order", LINES), ("products.card", PRODUCT)];

/// Reads from the sources whenever it is asked.
pub struct Lookups {
    sources: Sources,
}

impl Lookups {
    /// Once, when the service starts.
    pub(crate) fn new(sources: Sources) -> Self {
        Self { sources }
    }

    /// Once for every request, before its first field is resolved.
    pub(crate) fn for_request(self: &Arc<Self>) -> Arc<Self> {
        Arc::clone(self)
    }

    pub(crate) async fn lines(&self, order: OrderId) -> Result<Vec<Line>, LookupError> {
        let query = sqlx::query_as(LINES).bind(order.0);
        read::rows(&self.sources.db, db_span!("order_lines.of_order", LINES), query).await
    }

    pub(crate) async fn product(&self, product: ProductId) -> Result<Option<Product>, LookupError> {
        let query = sqlx::query_as(PRODUCT).bind(product.0);
        let found = read::rows(&self.sources.db, db_span!("products.card", PRODUCT), query).await?;
        Ok(found.into_iter().next())
    }

    pub(crate) async fn goes_well_with(&self, product: ProductId, limit: u32) -> Option<Vec<Recommendation>> {
        self.sources.recommended_for(product.0, limit).await
    }
}
