//! The service's database statements: how often, how many rows, how long, from where.

use super::fingerprint::{Fingerprints, Id};
use super::kinds::Kind;
use super::model::Key;
use super::profile::RequestProfile;
use serde::Serialize;
use std::collections::BTreeMap;

/// One statement, literals taken out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueryGroup {
    /// The statement, or its summary where the text is not exported.
    pub statement: String,
    /// Its short name (`db.query.summary`), else the statement again.
    pub name: String,
    /// Executions per request, over all requests.
    pub per_request: f64,
    /// Rows per execution; 0 where the spans do not say.
    pub rows: f64,
    /// Mean milliseconds per execution.
    pub mean_ms: f64,
    /// Share of all requests' critical paths, 0 to 1.
    pub share: f64,
    /// `file:line` of its first execution, where spans say so.
    pub at: Option<String>,
}

#[derive(Default)]
struct Sums {
    executions: u64,
    rows: u64,
    ns: u64,
    critical_ns: u64,
    at: Option<String>,
}

/// All statements, the largest share first.
pub fn queries(requests: &[RequestProfile<'_>], fingerprints: &Fingerprints<'_>) -> Vec<QueryGroup> {
    let mut groups: BTreeMap<Id, Sums> = BTreeMap::new();
    let mut total_ns = 0;
    for request in requests {
        total_ns += request.tree.duration();
        for call in request.calls.iter().filter(|call| fingerprints.call(call.call).kind == Kind::Db) {
            let node = &request.tree.nodes[call.node];
            let sums = groups.entry(call.call).or_default();
            sums.executions += 1;
            sums.rows += u64::try_from(node.span.attributes.int(Key::DbRows).unwrap_or(0)).unwrap_or(0);
            sums.ns += node.duration();
            sums.critical_ns += call.critical_ns;
            if sums.at.is_none() {
                sums.at = node.span.code();
            }
        }
    }
    let mut queries: Vec<QueryGroup> = groups
        .into_iter()
        .map(|(id, sums)| QueryGroup {
            statement: fingerprints.call(id).statement.clone(),
            name: fingerprints.call(id).name.clone(),
            per_request: sums.executions as f64 / requests.len() as f64,
            rows: sums.rows as f64 / sums.executions as f64,
            mean_ms: sums.ns as f64 / sums.executions as f64 / 1e6,
            share: sums.critical_ns as f64 / total_ns.max(1) as f64,
            at: sums.at,
        })
        .collect();
    queries.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.statement.cmp(&b.statement)));
    queries
}
