//! The shop's vocabulary: identifiers, money, products and orders, without any I/O.

mod ids;
mod money;
mod order;
mod product;

pub use ids::{OrderId, ProductId, Sku, SkuError, UserId};
pub use money::{Money, MoneyError};
pub use order::{Line, OrderPlaced, OrderStatus};
pub use product::ProductCard;
