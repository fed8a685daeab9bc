//! An OpenTelemetry collector in process: traces, metrics and logs over gRPC and HTTP, on one port.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> anyhow::Result<()> {
//! let receiver = trace::otlp::Receiver::start().await?;
//! // Give the service this as OTEL_EXPORTER_OTLP_ENDPOINT, and send it requests.
//! assert!(receiver.endpoint().starts_with("http://127.0.0.1:"));
//! let sent = 0;
//! receiver.settle(sent, std::time::Duration::from_secs(5)).await;
//! let analysis = trace::analyse(receiver.take().spans, "my-service");
//! assert_eq!(analysis.requests, sent);
//! # Ok(())
//! # }
//! ```

mod convert;
mod grpc;
mod http;
mod intake;
mod readings;
mod receiver;

pub use intake::{Limits, Received};
pub use readings::{Logs, Reading};
pub use receiver::Receiver;

#[cfg(test)]
mod tests;
