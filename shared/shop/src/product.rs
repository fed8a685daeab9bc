//! A product as it appears in a list.

use crate::{Money, ProductId};
use serde::{Deserialize, Serialize};

/// What a list shows of a product: enough to recognise it and to open its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCard {
    /// The product.
    pub id: ProductId,
    /// Its stock keeping unit.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Its price, in euro cents.
    pub price_cents: Money,
}
