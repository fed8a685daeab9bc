//! The seam's promises, held by every implementation, over real connections.

#![allow(clippy::unwrap_used, reason = "a test whose surroundings cannot be set up has failed")]

mod circuit;
mod compartments;
mod contract;
mod order_connection;
mod other_side;
