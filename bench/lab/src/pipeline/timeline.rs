//! A phase over time: what became of its requests in bins of equal length, by kind. Bounded, however long a phase is.

use load::{Mix, SliceResult};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// A bin's length at the least, milliseconds.
const BIN_MS: u64 = 100;
/// Bins of a phase at most.
const BINS: u64 = 150;
/// Requests of all kinds that a bin should have on average, so that a median is one of some.
const SOME: u64 = 5;

/// The requests of one kind that were due within one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Bin {
    /// From the phase's start to the bin's, milliseconds.
    pub at_ms: u64,
    /// Requests.
    pub offered: u64,
    /// Those that failed.
    pub errors: u64,
    /// Median latency of those that were answered or timed out, milliseconds, of however few; none of none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    /// Their 90th percentile, of however few.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90_ms: Option<f64>,
}

/// One arm's requests of a phase.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhaseTimeline {
    /// The phase.
    pub phase: String,
    /// A bin's length, milliseconds.
    pub bin_ms: u64,
    /// By the requests' tag, in order of time; bins without a request are left out.
    pub tags: BTreeMap<String, Vec<Bin>>,
}

impl PhaseTimeline {
    /// Of what the driver found. A request that reached its `timeout` has a latency; any other that failed has none, because an error
    /// is often fast.
    pub(super) fn of(phase: &str, mix: &Mix, length: Duration, timeout: Duration, result: &SliceResult) -> Self {
        let bin_ms = bin_ms(length, result.offered);
        let mut found: BTreeMap<String, BTreeMap<u64, (Bin, Vec<f64>)>> = BTreeMap::new();
        for sample in &result.samples {
            let at_ms = sample.at.as_millis() as u64 / bin_ms * bin_ms;
            let tag = mix.request(sample.request).tag.to_string();
            let (bin, latencies) = found.entry(tag).or_default().entry(at_ms).or_default();
            bin.at_ms = at_ms;
            bin.offered += 1;
            bin.errors += u64::from(sample.failed);
            if !sample.failed || sample.latency >= timeout {
                latencies.push(sample.latency.as_secs_f64() * 1e3);
            }
        }
        let finish = |(mut bin, latencies): (Bin, Vec<f64>)| {
            (bin.p50_ms, bin.p90_ms) = (quantile(&latencies, 0.5), quantile(&latencies, 0.9));
            bin
        };
        let tags = found.into_iter().map(|(tag, bins)| (tag, bins.into_values().map(finish).collect())).collect();
        Self { phase: phase.to_owned(), bin_ms, tags }
    }
}

/// 100 ms, or as many of those as it takes for some requests in each bin and not too many bins.
fn bin_ms(length: Duration, offered: u64) -> u64 {
    let length = (length.as_millis() as u64).max(1);
    let for_some = (length * SOME).div_ceil(offered.max(1)).min(1_000);
    let wanted = for_some.max(length.div_ceil(BINS));
    wanted.div_ceil(BIN_MS).max(1) * BIN_MS
}

/// The smallest value that at least this share of all does not exceed, to the microsecond.
fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = ((sorted.len() as f64 * share).ceil() as usize).max(1) - 1;
    sorted.get(place).map(|ms| (ms * 1e3).round() / 1e3)
}

#[cfg(test)]
mod tests {
    use super::{PhaseTimeline, bin_ms};
    use load::{Mix, Request, Sample, SliceResult};
    use std::time::Duration;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn each_kind_has_its_bins_and_only_a_timeout_has_both_an_error_and_a_latency() {
        let tagged = |tag: &str| Request { tag: tag.into(), ..Request::get("/") };
        let mix = Mix::new(vec![(1.0, tagged("browse")), (1.0, tagged("order"))]).unwrap();
        let mut result = SliceResult::empty();
        let sample = |at: u32, request: usize, ms: u32, failed: bool| Sample {
            at: MS * at,
            latency: MS * ms,
            request,
            status: 200,
            failed,
            trace_id: [0; 16],
        };
        result.samples = vec![
            sample(0, 0, 3, false),
            sample(20, 0, 5, false),
            sample(40, 0, 4, false),
            sample(60, 1, 1, true),
            sample(70, 1, 2000, true),
            sample(130, 0, 9, false),
        ];
        result.offered = 6;
        let all = PhaseTimeline::of("hang", &mix, MS * 120, MS * 2000, &result);
        assert_eq!(all.bin_ms, 100);
        let [first, second] = all.tags["browse"][..] else { panic!("{all:?}") };
        assert_eq!(
            (first.at_ms, first.offered, first.errors, first.p50_ms, first.p90_ms),
            (0, 3, 0, Some(4.0), Some(5.0))
        );
        assert_eq!((second.at_ms, second.p50_ms), (100, Some(9.0)));
        let [orders] = all.tags["order"][..] else { panic!("{all:?}") };
        assert_eq!(
            (orders.offered, orders.errors, orders.p50_ms),
            (2, 2, Some(2000.0)),
            "the fast error has no latency"
        );
    }

    #[test]
    fn bins_are_100_ms_and_longer_where_requests_are_rare_or_the_phase_is_long() {
        assert_eq!(bin_ms(Duration::from_secs(3), 810), 100);
        assert_eq!(bin_ms(Duration::from_secs(4), 80), 300);
        assert_eq!(bin_ms(Duration::from_secs(60), 6_000), 400);
        assert_eq!(bin_ms(Duration::from_secs(1), 0), 1_000);
    }
}
