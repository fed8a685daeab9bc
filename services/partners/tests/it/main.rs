//! The partners over a real socket: every endpoint, what is declared about them, and how they are told to behave.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod admin;
mod behaviour;
mod endpoints;
mod idempotency;
mod shop;
