//! What an open-loop client must report, computed from the schedule and the known delays alone.

use super::stall::{Stall, monotonic};
use crate::load::{SliceResult, histogram};
use crate::stats;
use hdrhistogram::Histogram;
use std::time::Duration;

/// The percentiles that are compared, the last one being the largest value.
pub const PERCENTILES: [(&str, f64); 5] = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)];

/// One percentile: what was reported, and what was true. Milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Truth {
    /// Its name.
    pub percentile: &'static str,
    /// What the bench reported.
    pub reported_ms: f64,
    /// What the schedule and the delays give.
    pub true_ms: f64,
    /// Reported beyond true, as a share of true.
    pub error: f64,
}

/// Every latency that the slice's requests must have had: from the scheduled instant to the release of the answer, `delay`
/// being that of the request at a place of the mix.
pub fn true_latencies(
    slice: &SliceResult,
    stall: Option<Stall>,
    delay: impl Fn(usize) -> Duration,
) -> impl Iterator<Item = Duration> {
    let start = monotonic(slice.start);
    slice.samples.iter().map(move |sample| {
        let (scheduled, delay) = (start + sample.at, delay(sample.request));
        let due = scheduled + delay;
        stall.map_or(due, |stall| stall.release(due)) - scheduled
    })
}

/// Reported against true, over all slices; percentiles with fewer than ten samples above them are left out.
pub fn compare(slices: &[SliceResult], stall: Option<Stall>, delay: impl Fn(usize) -> Duration + Copy) -> Vec<Truth> {
    let (mut reported, mut truth) = (histogram(), histogram());
    for slice in slices {
        for sample in &slice.samples {
            reported.saturating_record(nanos(sample.latency));
        }
        true_latencies(slice, stall, delay).for_each(|latency| truth.saturating_record(nanos(latency)));
    }
    let at = |h: &Histogram<u64>, q: f64| {
        let ns = if q < 1.0 { stats::percentile(h, q) } else { (!h.is_empty()).then(|| h.max()) };
        ns.map(|ns| ns as f64 / 1e6)
    };
    let rows = PERCENTILES.into_iter().filter_map(|(percentile, q)| {
        let (reported_ms, true_ms) = (at(&reported, q)?, at(&truth, q)?);
        Some(Truth { percentile, reported_ms, true_ms, error: reported_ms / true_ms - 1.0 })
    });
    rows.collect()
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
