//! The recommendations service over a real socket, on real Postgres and Redis.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod errors;
mod interface;
mod on_the_wire;
mod recommending;
mod service;
mod start;
mod statements;
