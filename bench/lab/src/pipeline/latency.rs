//! What the interleaved rounds gave: the latencies of each arm, round by round.

use super::Passed;
use hdrhistogram::Histogram;
use load::KeptAnswer;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One arm's slices.
#[derive(Clone, Debug, Default)]
pub struct ArmLatency {
    /// The two slices of every round that counts.
    pub rounds: Vec<[Histogram<u64>; 2]>,
    /// The same by the requests' tags, where there are several.
    pub tags: BTreeMap<Arc<str>, Vec<[Histogram<u64>; 2]>>,
    /// Requests counted in them.
    pub requests: u64,
    /// Requests that failed, void slices included.
    pub errors: u64,
    /// CPU time of the measured process per request offered, milliseconds.
    pub cpu_ms: f64,
    /// What its service sent to its dependencies meanwhile, between the slices too.
    pub passed: Passed,
}

/// The result of all rounds.
#[derive(Clone, Debug, Default)]
pub struct Latency {
    /// By arm.
    pub arms: Vec<ArmLatency>,
    /// Rounds planned.
    pub planned: usize,
    /// Rounds that the host took and that were driven again, at most as many as were planned.
    pub taken: usize,
    /// Why slices were left out with no others in their place, one sentence each.
    pub voided: Vec<String>,
    /// Share of all cores busy while measuring.
    pub busy: f64,
    /// How long it took.
    pub seconds: f64,
    /// Arrivals per second that were offered.
    pub rate_rps: f64,
    /// By arm and slice, in the order in which each arm was driven: the answers that are compared. The nth slices of all arms
    /// were asked the same.
    pub answers: Vec<Vec<Vec<KeptAnswer>>>,
    /// Every slice in the order it was driven, those that do not count among them.
    pub slices: Vec<TimedSlice>,
}

/// One slice on the run's time axis.
#[derive(Clone, Debug)]
pub struct TimedSlice {
    /// The arm's place.
    pub arm: usize,
    /// When it ended, seconds since the first slice began.
    pub t_s: f64,
    /// Its latencies, nanoseconds.
    pub latency: Histogram<u64>,
    /// Requests counted.
    pub requests: u64,
    /// Requests that failed.
    pub errors: u64,
    /// It does not count, for a reason of its own.
    pub voided: bool,
}

impl Latency {
    /// Rounds that count.
    pub fn kept(&self) -> usize {
        self.arms.first().map_or(0, |arm| arm.rounds.len())
    }
}

impl ArmLatency {
    /// All samples in one histogram.
    pub fn merged(&self) -> Histogram<u64> {
        stats::merged(self.rounds.iter().flatten())
    }

    /// One histogram a round.
    pub fn by_round(&self) -> Vec<Histogram<u64>> {
        self.rounds.iter().map(stats::merged).collect()
    }

    /// The requests of one tag as if they were all; `None` where no round has them.
    pub fn of_tag(&self, tag: &str) -> Option<Self> {
        let rounds = self.tags.get(tag)?.clone();
        (!rounds.is_empty()).then(|| Self { rounds, ..Self::default() })
    }

    /// Milliseconds at a quantile; `None` with fewer than ten samples above it.
    pub fn ms(&self, quantile: f64) -> Option<f64> {
        stats::percentile(&self.merged(), quantile).map(|ns| ns as f64 / 1e6)
    }
}
