//! A server whose delays are known: what a calibration drives, and the tests of the pipeline. It depends on nothing that is
//! measured with it.

mod server;
mod stall;

pub use server::{KnownServer, listen, releases, serve};
pub use stall::{Stall, monotonic};
