//! The routes, one file a subject.

pub mod categories;
pub mod lookup;
pub mod openapi;
pub mod price;
pub mod product;
pub mod search;
