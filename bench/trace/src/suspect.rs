//! One suspicion, with its evidence.

use serde::{Deserialize, Serialize};

/// One suspicion.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Suspect {
    /// `repeated_query`, `repeated_call`, `sequential_calls`, `stampede`, `pool_wait`, `connection_per_request` or `fat_body`.
    pub kind: String,
    /// The statement, the call, the wait or the route it is about.
    pub statement: String,
    /// How often per request, over the requests that have it; of `connection_per_request` over all.
    pub per_request: f64,
    /// Its share of all requests' critical paths, 0 to 1.
    pub share: f64,
    /// `file:line`, where spans say so.
    pub at: Option<String>,
    /// One sentence with the numbers.
    pub evidence: String,
}

/// The largest share first.
pub(super) fn by_share(mut found: Vec<Suspect>) -> Vec<Suspect> {
    found.sort_by(|a, b| {
        b.share.total_cmp(&a.share).then_with(|| (&a.kind, &a.statement).cmp(&(&b.kind, &b.statement)))
    });
    found
}
