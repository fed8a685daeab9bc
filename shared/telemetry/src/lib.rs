//! Traces, metrics and logs by OTLP, W3C context over HTTP, gRPC and AMQP, and the one list of names.
//!
//! The bench and the readers of traces use the names in [`names`]: they are API. Spans for calls to a dependency are made
//! by the macros ([`db_span!`], [`cache_span!`], ...), so that each carries the file and line of the call.

mod http;
mod macros;
mod metrics;
pub mod names;
mod pipeline;
mod poll;
mod propagation;

pub use http::{TraceHttp, http_metrics, trace_http};
pub use metrics::{count, observe_pool, queue_depth};
pub use pipeline::{Guard, Settings, init};
pub use propagation::{adopt, current_context, follow, inject, inject_metadata};

#[doc(hidden)]
pub use tracing as __tracing;
