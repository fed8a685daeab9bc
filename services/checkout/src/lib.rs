//! Checkout: carts, orders and payments over REST and GraphQL, and the worker that carries an order out.

pub mod app;
pub mod broker;
pub mod cart;
mod database;
mod error;
mod graphql;
pub mod identity;
pub mod ordering;
pub mod partner;
mod recommendations;
mod redis_connection;
mod routes;
pub mod sales;
pub mod settings;
mod statements;
pub mod worker;

pub use error::Error;
pub use statements::STATEMENTS;

/// The allocator of both programs: it gives memory back sooner than the system's, and is faster with many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
