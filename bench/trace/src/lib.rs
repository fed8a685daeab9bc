//! From spans to answers: where a request's time goes, what it asks of others, and which of that looks wasteful.
//!
//! ```
//! use trace::{analyse, sketch};
//!
//! // A request of 50 ms that asks the database seven times, one query after the other, 5 ms each.
//! let mut spans = vec![sketch::root(0, 50)];
//! spans.extend((0..7).map(|n| sketch::db(n + 2, 1, "select name from users where id = $1", n * 5, n * 5 + 5)));
//!
//! let analysis = analyse(spans, sketch::MEASURED);
//! assert_eq!((analysis.requests, analysis.mean_ms), (1, 50.0));
//! assert_eq!(analysis.mean_ms_by_kind["db"], 35.0);
//! assert_eq!(analysis.where_time_goes["db"], 0.7);
//! assert_eq!(analysis.counts["db_queries_per_request"], 7.0);
//! assert_eq!(analysis.suspects[0].kind, "repeated_query");
//! ```
//!
//! Real spans come from [`otlp::Receiver`], a collector for OpenTelemetry in the test's own process.

mod analyse;
mod analysis;
mod counts;
mod critical_path;
mod expiry;
mod fingerprint;
mod kinds;
mod lost;
mod model;
mod operations;
pub mod otlp;
mod profile;
mod queries;
mod shares;
pub mod sketch;
mod suspect;
mod suspects;
mod tree;
mod waits;
mod waterfall;

pub use analyse::analyse;
pub use analysis::Analysis;
pub use critical_path::{Segment, critical_path};
pub use expiry::expiry_counts;
pub use fingerprint::statement;
pub use kinds::Kind;
pub use lost::Lost;
pub use model::{Attributes, Key, Span, SpanId, SpanKind, TraceId, Value};
pub use operations::{Change, Operation, changes};
pub use queries::QueryGroup;
pub use suspect::Suspect;
pub use suspects::Bodies;
pub use tree::{Forest, Node, Tree, build};
pub use waits::{Wait, WaitsFor};
pub use waterfall::{Row, Waterfall};

#[cfg(test)]
mod tests;
