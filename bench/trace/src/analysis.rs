//! What an analysis finds.

use super::lost::Lost;
use super::operations::Operation;
use super::queries::QueryGroup;
use super::suspect::{Suspect, by_share};
use super::waits::Wait;
use super::waterfall::Waterfall;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the spans of one service's requests say.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Analysis {
    /// Complete requests; everything below is about these.
    pub requests: usize,
    /// Traces left out because a span was missing or a clock ran backwards.
    pub incomplete: usize,
    /// Traces without a request of the service (background work, health probes).
    pub unrelated: usize,
    /// Spans received twice; counted once.
    pub duplicates: usize,
    /// Spans that are known to be missing; the receiver knows of them, so whoever asked it fills this in.
    pub lost: Lost,
    /// Mean duration of the root span, in milliseconds.
    pub mean_ms: f64,
    /// Share of the critical path by kind: `db`, `cache`, `serialization`, `rpc`, `broker`, `partner`, `wait`, `own`.
    /// Sums to 1 where there are requests; empty where there are none.
    pub where_time_goes: BTreeMap<String, f64>,
    /// Milliseconds of the critical path per request by kind; sums to `mean_ms`.
    pub mean_ms_by_kind: BTreeMap<String, f64>,
    /// Milliseconds of the critical path per request by operation, the largest first; sums to `mean_ms` as well.
    pub operations: Vec<Operation>,
    /// Per request: `db_queries_per_request`, `cache_calls_per_request`,
    /// `cache_commands_per_request`, `rpc_calls_per_request`,
    /// `partner_calls_per_request`, `messages_published_per_request`, `rows_returned_per_request`,
    /// `distinct_statements_per_request`, `errors_per_request`, `spans_per_request`; and `longest_poll_ms` of the worst route.
    pub counts: BTreeMap<String, f64>,
    /// Like `where_time_goes`, of the slowest twentieth of the requests only.
    pub slowest: BTreeMap<String, f64>,
    /// How many requests `slowest` is made of.
    pub slowest_requests: usize,
    /// Like `where_time_goes`, of the slowest hundredth; empty with fewer than a hundred requests.
    pub very_slowest: BTreeMap<String, f64>,
    /// How many requests `very_slowest` is made of.
    pub very_slowest_requests: usize,
    /// What requests and messages wait for before somebody is at them, the longest first.
    pub waits: Vec<Wait>,
    /// What looks wasteful, the largest share of time first.
    pub suspects: Vec<Suspect>,
    /// What might be done better, but only the code can tell: `sequential_calls`. Never an accusation.
    pub possibilities: Vec<Suspect>,
    /// The median request.
    pub typical: Option<Waterfall>,
    /// The request at the 95th percentile.
    pub slow: Option<Waterfall>,
    /// The service's database statements, the most expensive first.
    pub queries: Vec<QueryGroup>,
}

impl Analysis {
    /// Adds what no span shows and the caller measured itself ([`Suspect::connection_per_request`], [`Suspect::fat_body`]).
    pub fn accuse(&mut self, measured: impl IntoIterator<Item = Suspect>) {
        let mut found = std::mem::take(&mut self.suspects);
        found.extend(measured);
        self.suspects = by_share(found);
    }
}
