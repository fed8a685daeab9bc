//! The bench as an OpenTelemetry collector: traces, metrics and logs over gRPC and HTTP, on one port.

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
