//! The load driver: open loop, latency from the scheduled instant, nothing dropped silently.

mod answer;
mod body;
mod client;
mod connection;
mod counting;
mod driver;
mod grpc;
mod ids;
mod mix;
mod outcome;
mod profile;
mod publish;
mod request;
mod schedule;
mod slice;
mod tally;
mod terms;
mod thread;
mod void;

pub use client::Answer;
pub use connection::Protocol;
pub use driver::{Driver, SliceOptions};
pub use grpc::Rpc;
pub use mix::Mix;
pub use outcome::{OfTag, Sample, SliceResult, histogram};
pub use profile::Profile;
pub use publish::Address;
pub use request::{Call, MAIN, Request, Reuse};
pub use schedule::{Arrival, Schedule};
#[cfg(test)]
pub(crate) use slice::empty_result as slice_for_tests;
pub use terms::{with_terms, zipf_weights};
#[cfg(test)]
pub(crate) use thread::thread_cpu_time;
pub(crate) use thread::wake_without_slack;
pub use void::VoidReason;

#[cfg(test)]
mod tests;
