//! The seam's promises, held by every implementation unless its name says that it breaks one.

#![allow(clippy::unwrap_used, reason = "a test whose surroundings cannot be set up has failed")]

mod contract;
mod described;
mod named;
