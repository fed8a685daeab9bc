//! The routes, one file per subject.

pub mod categories;
pub mod lookup;
pub mod price;
pub mod product;
pub mod search;
