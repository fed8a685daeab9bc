//! The search service over HTTP: in process, on a database and a Redis prefix of its own.

#![allow(clippy::unwrap_used, reason = "a test whose surroundings cannot be set up has failed")]

mod caching;
mod degradation;
mod documentation;
mod products;
mod refusals;
mod searching;
mod service;
mod start;
