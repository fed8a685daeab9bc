//! Where drawn values come from: `[[draw]]`, and the catalogue that the values are those of.

mod known;
mod spec;
mod values;
mod words;

pub(super) use known::Known;
pub use spec::{DrawSpec, DrawTerms, Values};
pub(super) use spec::{mistakes, unused};
pub(super) use values::{all, in_body, in_path, plain, value};
