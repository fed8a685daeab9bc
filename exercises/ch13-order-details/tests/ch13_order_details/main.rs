//! The seam's promises, held by every implementation, against a real Postgres and over real gRPC.

#![allow(clippy::unwrap_used, reason = "a test whose surroundings cannot be set up has failed")]

mod company;
mod contract;
mod freshness;
mod page;
mod statements;
