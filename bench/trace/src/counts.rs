//! What a request costs in calls, counted from the measured service's own client spans.

use super::fingerprint::Fingerprints;
use super::kinds::Kind;
use super::model::{Key, Span};
use super::profile::RequestProfile;
use std::collections::{BTreeMap, HashSet};

/// The first word of a statement that is no query: the ends of a transaction, and a connection's settings. A relay, which counts
/// what passes, leaves out the same.
const CONTROL: [&str; 12] = [
    "begin",
    "start",
    "commit",
    "end",
    "rollback",
    "abort",
    "savepoint",
    "release",
    "set",
    "reset",
    "discard",
    "deallocate",
];

/// What the edge answered without waiting for anybody.
const HITS: [&str; 2] = ["hit", "stale"];

/// Means per request; every name is there, with 0 for what did not happen. Empty without requests.
///
/// A query is a statement that is neither transaction control nor a setting of the connection. A cache call is one trip to the cache; a pipeline makes one call of
/// several commands, and its span says how many (`db.operation.batch.size`).
///
/// `cache_hit_share` and `origin_calls_per_request` are there where the service says how it came by its answers: the edge.
pub fn per_request(requests: &[RequestProfile<'_>], fingerprints: &Fingerprints<'_>) -> BTreeMap<String, f64> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    let names = [
        "db_queries_per_request",
        "cache_calls_per_request",
        "cache_commands_per_request",
        "rpc_calls_per_request",
        "partner_calls_per_request",
        "messages_published_per_request",
        "rows_returned_per_request",
        "distinct_statements_per_request",
        "errors_per_request",
        "spans_per_request",
    ];
    let mut add = |name: &'static str, number: u64| *sums.entry(name).or_default() += number;
    for request in requests {
        let mut statements = HashSet::new();
        for call in &request.calls {
            match fingerprints.call(call.call).kind {
                Kind::Db if is_control(request.tree.nodes[call.node].span) => {}
                Kind::Db => {
                    let rows = request.tree.nodes[call.node].span.attributes.int(Key::DbRows).unwrap_or(0);
                    add("db_queries_per_request", 1);
                    add("rows_returned_per_request", rows.try_into().unwrap_or(0));
                    statements.insert(call.call);
                }
                Kind::Cache => {
                    let batch = request.tree.nodes[call.node].span.attributes.int(Key::DbBatch).unwrap_or(1);
                    add("cache_calls_per_request", 1);
                    add("cache_commands_per_request", batch.try_into().unwrap_or(1));
                }
                Kind::Rpc => add("rpc_calls_per_request", 1),
                Kind::Partner => add("partner_calls_per_request", 1),
                Kind::Broker => add("messages_published_per_request", 1),
                Kind::Serialization | Kind::Wait | Kind::Own => {}
            }
        }
        add("distinct_statements_per_request", statements.len() as u64);
        add("errors_per_request", u64::from(request.tree.nodes[0].span.error));
        add("spans_per_request", request.tree.nodes.len() as u64);
    }
    if requests.is_empty() {
        return BTreeMap::new();
    }
    let mean = |name| sums.get(name).copied().unwrap_or(0) as f64 / requests.len() as f64;
    let mut counts: BTreeMap<String, f64> = names.iter().map(|name| ((*name).to_owned(), mean(*name))).collect();
    counts.insert("longest_poll_ms".to_owned(), longest_poll_ms(requests));
    counts.extend(at_the_edge(requests));
    counts
}

/// Whether a span is about a transaction's beginning or end.
fn is_control(span: &Span) -> bool {
    let text = span.attributes.text(Key::DbText).unwrap_or_default();
    let word = text.split(|c: char| !c.is_ascii_alphabetic()).find(|word| !word.is_empty()).unwrap_or_default();
    CONTROL.iter().any(|control| word.eq_ignore_ascii_case(control))
}

/// The median of each route's longest polls, of the route where it is longest. A mean over all requests would hide one bad
/// route behind many good ones; a maximum would be the system's scheduler, which may stop any poll for some milliseconds.
fn longest_poll_ms(requests: &[RequestProfile<'_>]) -> f64 {
    let mut by_route: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for request in requests {
        let root = request.tree.nodes[0].span;
        if let Some(micros) = root.attributes.int(Key::LongestPoll) {
            by_route.entry(&root.name).or_default().push(micros);
        }
    }
    let medians = by_route.into_values().map(|mut polls| {
        polls.sort_unstable();
        polls[polls.len() / 2]
    });
    medians.max().unwrap_or(0) as f64 / 1e3
}

fn at_the_edge(requests: &[RequestProfile<'_>]) -> Vec<(String, f64)> {
    let said = |request: &RequestProfile<'_>| {
        request.tree.nodes[0].span.attributes.text(Key::WorkshopCache).map(str::to_owned)
    };
    let outcomes: Vec<String> = requests.iter().filter_map(said).collect();
    if outcomes.is_empty() {
        return Vec::new();
    }
    let hits = outcomes.iter().filter(|outcome| HITS.contains(&outcome.as_str())).count();
    let to_origin = |request: &RequestProfile<'_>| {
        let spans = request.calls.iter().map(|call| request.tree.nodes[call.node].span);
        spans.filter(|span| span.attributes.text(Key::PeerService) == Some("origin")).count()
    };
    let calls: usize = requests.iter().map(to_origin).sum();
    let share = |number: usize| number as f64 / requests.len() as f64;
    vec![("cache_hit_share".to_owned(), share(hits)), ("origin_calls_per_request".to_owned(), share(calls))]
}

#[cfg(test)]
mod tests {
    use crate::sketch::{self, Sketch as _};
    use crate::{Key, analyse};

    #[test]
    fn transaction_control_is_no_query_and_a_pipeline_is_one_call_of_several_commands() {
        let mut spans = vec![sketch::root(0, 50)];
        let texts = ["begin", "select 1", "  COMMIT;", "rollback", "savepoint a", "beginning of no transaction", "end"];
        spans.extend((2..).zip(texts).map(|(id, text)| sketch::db(id, 1, text, id, id + 1)));
        spans.push(sketch::cache(20, 1, "GET", 20, 21));
        spans.push(sketch::cache(21, 1, "INCR", 22, 23).number(Key::DbBatch, 2));
        let counts = analyse(spans, sketch::MEASURED).counts;
        assert_eq!(counts["db_queries_per_request"], 2.0);
        assert_eq!((counts["cache_calls_per_request"], counts["cache_commands_per_request"]), (2.0, 3.0));
    }
}
