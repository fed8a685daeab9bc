//! Who asks: passwords, tokens, and the customer of a request.

mod customer;
mod hs256;
mod passwords;
mod tokens;

pub use customer::{Customer, bearer};
pub use passwords::Passwords;
pub use tokens::{LIFETIME, Tokens};
