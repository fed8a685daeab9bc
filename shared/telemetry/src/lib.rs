//! Traces, metrics and logs by OTLP, W3C context over HTTP, gRPC and AMQP, and the one list of names.
//!
//! The bench and the readers of traces use the names in [`names`]: they are API. Spans for calls to a dependency are made
//! by the macros ([`db_span!`], [`cache_span!`], ...), so that each carries the file and line of the call.

mod attributes;
mod calls;
mod export;
mod failure;
mod http;
mod instruments;
mod macros;
mod measured;
mod method;
mod metrics;
pub mod names;
mod peers;
mod pipeline;
mod poll;
mod process;
mod propagation;
mod rpc;
mod settings;

pub use failure::{attempt, failed, failed_in};
pub use http::{TraceHttp, http_metrics, trace_http};
pub use measured::RpcServerCall;
pub use method::{destination, known_method};
pub use metrics::{count, observe_pool, queue_depth};
pub use pipeline::{Guard, fine_histograms, init};
pub use propagation::{SpanName, adopt, current_context, follow, inject, inject_metadata, link};
pub use rpc::{rpc_answered, rpc_failed, rpc_status};
pub use settings::Settings;

#[doc(hidden)]
pub use tracing as __tracing;
