//! What a customer sees of a cart: today's prices and availability beside the quantities.

use super::Carts;
use crate::{Error, database};
use serde::Serialize;
use shop::{Money, ProductId, UserId};
use sqlx::PgPool;
use std::collections::HashMap;
use telemetry::db_span;

pub(crate) const LINES: &str = "\
    select p.id, p.sku, p.name, p.price_cents, s.available
    from products p join stock s on s.product_id = p.id
    where p.id = any($1)";

pub(crate) const PRODUCT_EXISTS: &str = "select id from products where id = $1";

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct CartLine {
    /// The product.
    pub product_id: ProductId,
    /// Its stock keeping unit.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// How many; 1 to 99.
    pub quantity: u32,
    /// Today's price of one, in euro cents.
    pub unit_price_cents: Money,
    /// The line's price, in euro cents.
    pub total_cents: Money,
    /// Whether there is enough in stock at this moment. Nothing is reserved before the order.
    pub available: bool,
}

/// A cart.
#[derive(Clone, Debug, Serialize)]
pub struct CartView {
    /// By product.
    pub lines: Vec<CartLine>,
    /// The sum, in euro cents.
    pub total_cents: Money,
    /// `EUR`.
    pub currency: &'static str,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    sku: String,
    name: String,
    price_cents: i64,
    available: i32,
}

/// A user's cart as it stands. A product that is not sold any more is left out.
///
/// # Errors
/// [`Error::Unavailable`] when Redis or the database does not answer.
pub async fn view(db: &PgPool, carts: &Carts, user: UserId) -> Result<CartView, Error> {
    let quantities = carts.lines(user).await?;
    let mut view = CartView { lines: Vec::new(), total_cents: Money(0), currency: Money::CURRENCY };
    if quantities.is_empty() {
        return Ok(view);
    }
    let ids: Vec<i64> = quantities.iter().map(|(product, _)| product.0).collect();
    let mut connection = database::connection(db).await?;
    let rows: Vec<Row> =
        database::observed(db_span!("cart.lines", LINES), sqlx::query_as(LINES).bind(&ids).fetch_all(&mut *connection))
            .await?;
    let mut products: HashMap<i64, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    for (product_id, quantity) in quantities {
        let Some(row) = products.remove(&product_id.0) else { continue };
        let unit_price_cents = Money(row.price_cents);
        let total_cents = unit_price_cents.times(quantity).map_err(|error| Error::internal(&error))?;
        view.total_cents = view.total_cents.plus(total_cents).map_err(|error| Error::internal(&error))?;
        let available = i64::from(row.available) >= i64::from(quantity);
        let (sku, name) = (row.sku, row.name);
        view.lines.push(CartLine { product_id, sku, name, quantity, unit_price_cents, total_cents, available });
    }
    Ok(view)
}

/// Refuses a product that does not exist, before it gets into a cart.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::Unavailable`] when the database does not answer.
pub(crate) async fn product_exists(db: &PgPool, product: ProductId) -> Result<(), Error> {
    let mut connection = database::connection(db).await?;
    let found: Option<i64> = database::observed(
        db_span!("products.exists", PRODUCT_EXISTS),
        sqlx::query_scalar(PRODUCT_EXISTS).bind(product.0).fetch_optional(&mut *connection),
    )
    .await?;
    found.map(drop).ok_or(Error::NotFound("product"))
}
