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
pub use outcome::{OfTag, Sample, SliceResult};
pub use profile::Profile;
pub use prost_reflect::DescriptorPool;
pub use publish::Address;
pub use request::{Call, MAIN, Request, Reuse};
pub use schedule::{Arrival, Schedule};
pub use stats::histogram;
pub use terms::{with_terms, zipf_weights};
pub use void::VoidReason;

#[cfg(test)]
mod tests;
