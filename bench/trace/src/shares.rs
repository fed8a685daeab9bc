//! Where the time goes: the critical path by kind, of all requests and of the slowest.

use super::kinds::Kind;
use super::profile::RequestProfile;
use std::collections::BTreeMap;

const NS_PER_MS: f64 = 1e6;

/// The share of the slowest requests in all: one in twenty.
const SLOWEST: usize = 20;

/// The share of the very slowest: one in a hundred.
const VERY_SLOWEST: usize = 100;

/// Shares of the critical path by kind; they sum to 1. Empty without requests.
pub fn shares(requests: &[RequestProfile<'_>]) -> BTreeMap<String, f64> {
    let sums = sums(requests);
    let total: u64 = sums.iter().sum();
    if total == 0 {
        return BTreeMap::new();
    }
    named(sums, |ns| ns as f64 / total as f64)
}

/// Mean milliseconds of the critical path by kind. Empty without requests.
pub fn mean_ms_by_kind(requests: &[RequestProfile<'_>]) -> BTreeMap<String, f64> {
    if requests.is_empty() {
        return BTreeMap::new();
    }
    named(sums(requests), |ns| ns as f64 / requests.len() as f64 / NS_PER_MS)
}

/// How many of `requests` are the slowest twentieth; at least one where there are any.
pub(super) fn tail(requests: usize) -> usize {
    requests.div_ceil(SLOWEST)
}

/// The shares among the slowest twentieth, and how many requests that is. `sorted` goes from quick to slow.
pub fn slowest(sorted: &[RequestProfile<'_>]) -> (BTreeMap<String, f64>, usize) {
    let tail = tail(sorted.len());
    (shares(&sorted[sorted.len() - tail..]), tail)
}

/// The shares among the slowest hundredth, and how many requests that is; nothing of fewer than a hundred requests, which
/// have no hundredth.
pub fn very_slowest(sorted: &[RequestProfile<'_>]) -> (BTreeMap<String, f64>, usize) {
    let tail = sorted.len() / VERY_SLOWEST;
    (shares(&sorted[sorted.len() - tail..]), tail)
}

fn sums(requests: &[RequestProfile<'_>]) -> [u64; 8] {
    requests.iter().map(RequestProfile::by_kind).fold([0; 8], |mut sums, request| {
        sums.iter_mut().zip(request).for_each(|(sum, ns)| *sum += ns);
        sums
    })
}

fn named(sums: [u64; 8], value: impl Fn(u64) -> f64) -> BTreeMap<String, f64> {
    Kind::ALL.iter().zip(sums).map(|(kind, ns)| (kind.name().to_owned(), value(ns))).collect()
}
