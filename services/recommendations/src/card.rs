//! A recommended product: as a row, as Redis stores it, and as the interface returns it.

use proto::recommendations::v1::Recommendation;
use serde::{Deserialize, Serialize};

/// A product and its score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, sqlx::FromRow)]
pub(crate) struct Card {
    pub(crate) id: i64,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) price_cents: i64,
    /// Larger is better; comparable within one answer only.
    pub(crate) score: f64,
}

impl From<Card> for Recommendation {
    fn from(card: Card) -> Self {
        Self { product_id: card.id, sku: card.sku, name: card.name, price_cents: card.price_cents, score: card.score }
    }
}
