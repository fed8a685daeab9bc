//! The cart as GraphQL sees it.

use crate::cart::{CartLine, CartView};
use async_graphql::{ID, SimpleObject};

/// A cart; yours.
#[derive(SimpleObject)]
pub(super) struct Cart {
    lines: Vec<Line>,
    /// In cents.
    total_cents: i64,
    /// `EUR`.
    currency: &'static str,
}

/// A line of a cart.
#[derive(SimpleObject)]
#[graphql(name = "CartLine")]
struct Line {
    product_id: ID,
    sku: String,
    name: String,
    /// 1 to 99.
    quantity: u32,
    /// Today's price of one, in cents.
    unit_price_cents: i64,
    /// The line's price, in cents.
    total_cents: i64,
    /// Whether there is enough in stock at this moment.
    available: bool,
}

impl From<CartView> for Cart {
    fn from(view: CartView) -> Self {
        let lines = view.lines.into_iter().map(Line::from).collect();
        Self { lines, total_cents: view.total_cents.0, currency: view.currency }
    }
}

impl From<CartLine> for Line {
    fn from(line: CartLine) -> Self {
        Self {
            product_id: line.product_id.0.into(),
            sku: line.sku,
            name: line.name,
            quantity: line.quantity,
            unit_price_cents: line.unit_price_cents.0,
            total_cents: line.total_cents.0,
            available: line.available,
        }
    }
}
