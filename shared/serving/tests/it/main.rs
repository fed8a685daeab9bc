//! The listener over real connections: clients that are slow, silent, idle or too many, and somebody else who is answered.

#![allow(clippy::unwrap_used, reason = "a test whose surroundings cannot be set up has failed")]

mod http2;
mod many;
mod server;
mod slow;
