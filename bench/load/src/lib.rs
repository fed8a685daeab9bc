//! The load driver: open loop, latency from the scheduled instant, nothing dropped silently.
//!
//! ```
//! use load::{Driver, Mix, Protocol, Request, Schedule, SliceOptions};
//! use std::time::Duration;
//!
//! # #[tokio::main]
//! # async fn main() -> anyhow::Result<()> {
//! # // Any server will do: this one answers every request of a connection with two bytes.
//! # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
//! # let base: http::Uri = format!("http://{}", listener.local_addr()?).parse()?;
//! # std::thread::spawn(move || {
//! #     use std::io::{BufRead as _, BufReader, Write as _};
//! #     for stream in listener.incoming().flatten() {
//! #         std::thread::spawn(move || {
//! #             for line in BufReader::new(stream.try_clone()?).lines() {
//! #                 if line?.is_empty() {
//! #                     (&stream).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")?;
//! #                 }
//! #             }
//! #             std::io::Result::Ok(())
//! #         });
//! #     }
//! # });
//! // Nine searches for one page of a product, 200 requests per second, as independent users would send them.
//! let mix = Mix::new(vec![(9.0, Request::get("/search?q=lamp")), (1.0, Request::get("/products/7"))])?;
//! let schedule = Schedule::poisson(200.0, Duration::from_millis(500), &mix, 1);
//! let driver = Driver::new(Protocol::Http1)?;
//! let result = driver.slice(&base, &mix, &schedule, SliceOptions::default()).await;
//! assert_eq!((result.offered, result.errors), (schedule.arrivals.len() as u64, 0));
//! println!("p50 {} ns", result.latency.value_at_quantile(0.5));
//! for reason in &result.voided {
//!     println!("not to be used: {reason}"); // on a busy machine the driver may be late
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Beside HTTP it makes unary gRPC calls ([`Request::grpc`], with the descriptors of the services as a [`DescriptorPool`], which
//! the server itself may give: [`reflected`]) and
//! publishes messages to RabbitMQ ([`Request::publish`]). Rates may change within a slice ([`Profile`]).

mod aggregate;
mod answer;
mod body;
mod client;
mod connection;
mod context;
mod counting;
mod created;
mod driver;
mod grpc;
mod ids;
mod keep;
mod message;
mod mix;
mod options;
mod outcome;
mod profile;
mod protocol;
mod publish;
mod reflection;
mod request;
mod sampling;
mod schedule;
mod slice;
mod template;
mod thread;
mod validity;
mod void_reason;

pub use client::Answer;
pub use created::Created;
pub use driver::Driver;
pub use grpc::Rpc;
pub use keep::{Keep, KeptAnswer};
pub use mix::Mix;
pub use options::SliceOptions;
pub use outcome::{Sample, SliceResult, TagStats};
pub use profile::Profile;
pub use prost_reflect::DescriptorPool;
pub use protocol::{Protocol, Reuse};
pub use publish::Address;
pub use reflection::reflected;
pub use request::{Call, MAIN, Request};
pub use schedule::{Arrival, Schedule};
pub use stats::histogram;
pub use template::{in_json, percent_encoded, with_terms, zipf_weights};
pub use void_reason::VoidReason;

#[cfg(test)]
mod tests;
