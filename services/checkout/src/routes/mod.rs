//! The REST routes, one file for each thing they are about.

pub(crate) mod bestsellers;
pub(crate) mod cart;
pub(crate) mod login;
pub(crate) mod orders;
pub(crate) mod quote;
