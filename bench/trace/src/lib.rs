//! From spans to answers: where a request's time goes, what it asks of others, and which of that looks wasteful.

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
mod queries;
mod shares;
pub mod sketch;
mod suspects;
mod tree;
mod waits;
mod waterfall;

pub use analysis::{Analysis, analyse};
pub use critical_path::{Segment, critical_path};
pub use expiry::expiry_counts;
pub use kinds::Kind;
pub use lost::Lost;
pub use model::{Attributes, Key, Span, SpanId, SpanKind, TraceId, Value};
pub use operations::{Change, Operation, changes};
pub use queries::QueryGroup;
pub use suspects::{Bodies, Suspect};
pub use tree::{Forest, Node, Tree, build};
pub use waits::{Wait, WaitsFor};
pub use waterfall::{Row, Waterfall};

#[cfg(test)]
mod tests;
