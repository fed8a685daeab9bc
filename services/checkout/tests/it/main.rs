//! Checkout and its worker over their protocols, on real Postgres, Redis and RabbitMQ, with the partners in process.

#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions; these are what they call")]

mod broker_away;
mod cable;
mod cart;
mod cart_clearing;
mod client;
mod dead_letters;
mod follow_up;
mod graphql;
mod login;
mod order_details;
mod orders;
mod payment;
mod quotes;
mod shop;
mod start;
mod statements;
mod trace;
mod worker;
