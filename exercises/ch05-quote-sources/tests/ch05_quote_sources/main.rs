//! The seam's promises, held by every implementation, against servers that count who connects.

#![allow(clippy::unwrap_used, reason = "a test whose surroundings cannot be set up has failed")]

mod connections;
mod contract;
mod counted;
mod recommendations;
mod tax;
mod variants;
