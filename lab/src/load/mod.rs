//! The load driver: open loop, latency from the scheduled instant, nothing dropped silently.

mod body;
mod client;
mod connection;
mod counting;
mod driver;
mod ids;
mod mix;
mod outcome;
mod pacer;
mod schedule;
mod slice;
mod void;

pub use client::Answer;
pub use connection::Protocol;
pub use driver::{Driver, SliceOptions};
pub use mix::{Mix, Request, zipf_weights};
pub use outcome::{Sample, SliceResult, histogram};
#[cfg(test)]
pub(crate) use pacer::thread_cpu_time;
pub(crate) use pacer::wake_without_slack;
pub use schedule::{Arrival, Schedule};
#[cfg(test)]
pub(crate) use slice::empty_result as slice_for_tests;
pub use void::VoidReason;

#[cfg(test)]
mod tests;
