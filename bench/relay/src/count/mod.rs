//! Reads the protocol off the bytes that pass, and counts: statements, commands, requests, messages.
//!
//! A relay counts what it has already written on, so no byte waits for it. Bytes that make no sense as the protocol end the
//! reading of their connection and are carried on all the same; [`Traffic::unsure`] says how many connections that were.

mod amqp;
mod gather;
mod http;
mod http1;
mod postgres;
mod reader;
mod redis;
mod traffic;

pub use reader::Protocol;
pub(crate) use reader::Reader;
pub(crate) use traffic::Tally;
pub use traffic::Traffic;

#[cfg(test)]
mod tests;
