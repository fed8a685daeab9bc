//! `cargo lab calibrate`: the bench held against what is known, on this machine.
//!
//! Three questions. Does it report the latencies that were there (a server whose every delay is known, also one that stalls)?
//! Does it call two runs of the same thing different? Does it find a change that is there, and how large must it be?

mod competing;
mod known;
mod recording;
mod stall;
mod table;
mod truth;
mod windows;

pub use competing::Competing;
pub use known::{KnownServer, serve};
pub use recording::{Arm, Plan, Recording, record};
pub use stall::Stall;
pub use table::{Percentiles, Row, detection_table, truth_table};
pub use truth::{PERCENTILES, Truth, compare};
pub use windows::{Tally, share_interval, tally};

#[cfg(test)]
mod tests;
