//! The shop's own programs under what tests of parts cannot show: kills and outages for minutes, and requests that nobody means.
//!
//! Everything runs as separate processes, on real servers, with a seed that is printed. `make kill-test` and `make fuzz` are two
//! programs; `make by-hand`, the third, types what the exercises' READMEs say into a shop of `cargo lab up`.

#![allow(clippy::print_stdout, reason = "three command-line programs")]

pub mod by_hand;
mod cable;
mod client;
pub mod fuzz;
pub mod kill;
pub mod options;
mod program;
mod redis_server;
