//! Carts: a Redis hash for each user, product to quantity, and what a customer sees of it.

mod store;
mod view;

pub use store::{Carts, MAX_LINES, MAX_QUANTITY};
pub use view::{CartLine, CartView, view};

pub(crate) use view::{LINES, PRODUCT_EXISTS, product_exists};
