//! The routes, one file a subject.

pub mod lookup;
pub mod openapi;
pub mod product;
pub mod search;
