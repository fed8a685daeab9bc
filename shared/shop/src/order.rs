//! An order, its lines, and the event the broker carries when one is placed.

use crate::{Money, OrderId, ProductId, UserId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One line of a cart or an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What is bought.
    pub product_id: ProductId,
    /// How many; 1 to 99.
    pub quantity: u32,
    /// The price of one at the time of the order, in euro cents.
    pub unit_price_cents: Money,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Paid and stored; the worker has not seen it yet.
    Placed,
    /// The worker has told the warehouse and written to the customer.
    Confirmed,
    /// Given back to the customer.
    Cancelled,
}

impl OrderStatus {
    /// The word stored in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A stored status that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown order status {0:?}")]
pub struct UnknownStatus(String);

impl FromStr for OrderStatus {
    type Err = UnknownStatus;

    fn from_str(word: &str) -> Result<Self, UnknownStatus> {
        [Self::Placed, Self::Confirmed, Self::Cancelled]
            .into_iter()
            .find(|s| s.as_str() == word)
            .ok_or_else(|| UnknownStatus(word.to_owned()))
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The event published when an order was stored: JSON, version 1; consumers ignore fields they do not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// Format version; 1.
    pub version: u32,
    /// The order; consumers use it to recognise a message delivered twice.
    pub order_id: OrderId,
    /// Who ordered.
    pub user_id: UserId,
    /// The order's total, in euro cents.
    pub total_cents: Money,
    /// What was ordered.
    pub lines: Vec<Line>,
}
