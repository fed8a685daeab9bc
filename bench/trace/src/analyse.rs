//! The analysis of one slice: every request taken apart once, then looked at from several sides.

use super::analysis::Analysis;
use super::counts;
use super::fingerprint::Fingerprints;
use super::lost::Lost;
use super::model::Span;
use super::operations::operations;
use super::profile::{RequestProfile, profile};
use super::queries::queries;
use super::shares::{mean_ms_by_kind, shares, slowest, very_slowest};
use super::suspects::{possibilities, suspects};
use super::tree::build;
use super::waits::waits;
use super::waterfall::waterfall;

/// Analyses the spans of one slice. `service` is the measured one: its server spans are the requests.
pub fn analyse(spans: Vec<Span>, service: &str) -> Analysis {
    let forest = build(&spans, service);
    let mut fingerprints = Fingerprints::default();
    let mut requests: Vec<RequestProfile<'_>> =
        forest.requests.into_iter().map(|tree| profile(tree, &mut fingerprints)).collect();
    requests.sort_by_key(|request| request.tree.duration());
    let (slowest, slowest_requests) = slowest(&requests);
    let (very_slowest, very_slowest_requests) = very_slowest(&requests);
    let waits = waits(&requests);
    let mean_ms_by_kind = mean_ms_by_kind(&requests);
    Analysis {
        requests: requests.len(),
        incomplete: forest.incomplete,
        unrelated: forest.unrelated,
        duplicates: forest.duplicates,
        lost: Lost::default(),
        mean_ms: mean_ms_by_kind.values().sum(),
        where_time_goes: shares(&requests),
        mean_ms_by_kind,
        operations: operations(&requests, &fingerprints),
        counts: counts::per_request(&requests, &fingerprints),
        slowest,
        slowest_requests,
        very_slowest,
        very_slowest_requests,
        suspects: suspects(&requests, &waits, &fingerprints),
        possibilities: possibilities(&requests, &fingerprints),
        typical: at_rank(&requests, 0.5).map(|request| waterfall(request, &fingerprints)),
        slow: at_rank(&requests, 0.95).map(|request| waterfall(request, &fingerprints)),
        queries: queries(&requests, &fingerprints),
        waits,
    }
}

fn at_rank<'r, 'a>(sorted: &'r [RequestProfile<'a>], quantile: f64) -> Option<&'r RequestProfile<'a>> {
    let rank = (sorted.len() as f64 * quantile).ceil() as usize;
    sorted.get(rank.saturating_sub(1))
}
