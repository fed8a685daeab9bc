//! `cargo lab calibrate`: the bench held against what is known, on this machine.
//!
//! Three questions first. Does it report the latencies that were there (a server whose every delay is known, also one that stalls)?
//! Does it call two runs of the same thing different? Does it find a change that is there, and how large must it be?
//!
//! A fourth question is about the exercises themselves: flawed against flawed, started anew for each run (`starts`).
//!
//! Runs of the first three are disjoint windows of one recording: the servers stay up, and each run is a measurement of its own by the pipeline that
//! measures exercises (`interleave_lanes`): same order, same void rules, same statistics. Only one run's latencies are in memory.

mod competing;
mod detection;
mod file;
mod load;
mod others;
mod percentiles;
mod stand;
mod starts;
mod starts_table;
mod table;
mod tally;
mod truth;
mod windows;

pub use competing::Competing;
pub use detection::{Wanted, detect};
pub use file::{Detections, File, Found, Part};
pub use others::{Said, others};
pub use percentiles::{Percentiles, percentiles};
pub use stand::{Server, Stand};
pub use starts::{StartRun, start_run};
pub use starts_table::{StartRow, start_rows, starts_table};
pub use table::{Row, detection_table, others_table, rows, truth_table};
pub use tally::{Tally, share_interval};
pub use truth::{PERCENTILES, Truth, compare};
pub use windows::Window;

#[cfg(test)]
mod tests;
