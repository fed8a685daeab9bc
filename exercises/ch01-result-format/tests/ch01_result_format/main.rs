//! The seam's promises, held by every implementation, against a real Postgres.

#![allow(clippy::unwrap_used, reason = "a test whose surroundings cannot be set up has failed")]

mod contract;
mod page;
