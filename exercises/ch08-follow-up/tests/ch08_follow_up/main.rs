//! The seam's promises, held by every implementation. The steps here are those of a customer's day: each takes a moment,
//! writes down that it was done, and can be made to fail.

#![allow(clippy::unwrap_used, reason = "a test whose surroundings cannot be set up has failed")]

mod contract;
mod day;
