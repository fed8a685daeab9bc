//! The routes, one file a subject.

pub mod openapi;
pub mod product;
pub mod search;
