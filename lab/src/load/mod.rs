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
mod terms;
mod void;

pub use client::Answer;
pub use connection::Protocol;
pub use driver::{Driver, SliceOptions};
pub use mix::{MAIN, Mix, Request};
pub use outcome::{OfTag, Sample, SliceResult, histogram};
#[cfg(test)]
pub(crate) use pacer::thread_cpu_time;
pub(crate) use pacer::wake_without_slack;
pub use schedule::{Arrival, Schedule};
#[cfg(test)]
pub(crate) use slice::empty_result as slice_for_tests;
pub use terms::{with_terms, zipf_weights};
pub use void::VoidReason;

#[cfg(test)]
mod tests;
