//! Who asks: tokens, and the customer of a request. How a password is checked is a seam: `password_checks`.

mod customer;
mod hs256;
mod tokens;

pub use customer::{Customer, bearer};
pub use tokens::{LIFETIME, Tokens};
