//! What a slice found.

use super::keep::KeptAnswer;
use super::void_reason::VoidReason;
use hdrhistogram::Histogram;
use stats::{coarse_histogram, histogram};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The kind under which timed-out requests are counted.
pub(super) const TIMEOUT: &str = "timeout";

/// The results of one slice. What was scheduled in its first part (`SliceOptions::drop_first`) is left out of histograms,
/// samples, `requests` and bytes, not out of errors.
#[derive(Debug, Clone)]
pub struct SliceResult {
    /// When it started: the instant that `Sample::at` counts from.
    pub start: Instant,
    /// Nanoseconds from the scheduled instant to the last byte. Timed-out requests are in it, at the timeout; requests
    /// whose latency does not count are not.
    pub latency: Histogram<u64>,
    /// Nanoseconds from the hand-over to the connection: what a closed loop would have called latency.
    pub from_send: Histogram<u64>,
    /// Nanoseconds the driver itself was late: scheduled instant to hand-over.
    pub lateness: Histogram<u64>,
    /// Every request counted, in order of schedule, failed ones with status 0.
    pub samples: Vec<Sample>,
    /// Requests counted: `samples.len()`.
    pub requests: u64,
    /// Requests that failed, timed out or had another status than expected, over the whole slice.
    pub errors: u64,
    /// The results by the requests' tags.
    pub by_tag: BTreeMap<Arc<str>, TagStats>,
    /// The errors by kind.
    pub error_kinds: BTreeMap<String, u64>,
    /// Bytes read from the wire for the requests counted. With HTTP/2, their share of all bytes by number of requests.
    pub bytes_in: u64,
    /// Bytes written to the wire for the requests counted.
    pub bytes_out: u64,
    /// Bytes of the bodies of the requests counted, decoded.
    pub body_bytes: u64,
    /// Arrivals of the schedule, the first part included.
    pub offered: u64,
    /// Those of them that asked for a trace.
    pub sampled: u64,
    /// CPU time of the driver's threads.
    pub client_cpu: Duration,
    /// From the slice's start until nothing was in flight any more.
    pub wall: Duration,
    /// Connections opened for this slice.
    pub connections_opened: u64,
    /// The answers that `SliceOptions::keep` asked for, in order of schedule, those of the first part included. A request
    /// without an answer has none here.
    pub kept: Vec<KeptAnswer>,
    /// Why this slice must not be used; empty for a good one.
    pub voided: Vec<VoidReason>,
}

/// What a slice found about one kind of request.
#[derive(Debug, Clone)]
pub struct TagStats {
    /// Arrivals, the first part of the slice included.
    pub offered: u64,
    /// Those that failed, timed out or had another answer than a right one.
    pub errors: u64,
    /// As [`SliceResult::latency`], of this kind alone, whether it counts there or not.
    pub latency: Histogram<u64>,
}

impl Default for TagStats {
    fn default() -> Self {
        Self { offered: 0, errors: 0, latency: histogram() }
    }
}

/// One request of a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Its scheduled instant after the slice's start.
    pub at: Duration,
    /// From the scheduled instant to the last byte, or to the failure.
    pub latency: Duration,
    /// Which request of the mix.
    pub request: usize,
    /// HTTP status; 0 if there was none.
    pub status: u16,
    /// Whether it failed, timed out or had another answer than a right one.
    pub failed: bool,
    /// The trace id it carried.
    pub trace_id: [u8; 16],
}

impl SliceResult {
    /// A slice of nothing, as of now.
    pub fn empty() -> Self {
        Self {
            start: Instant::now(),
            latency: histogram(),
            from_send: coarse_histogram(),
            lateness: coarse_histogram(),
            samples: Vec::new(),
            requests: 0,
            errors: 0,
            by_tag: BTreeMap::new(),
            error_kinds: BTreeMap::new(),
            bytes_in: 0,
            bytes_out: 0,
            body_bytes: 0,
            offered: 0,
            sampled: 0,
            client_cpu: Duration::ZERO,
            wall: Duration::ZERO,
            connections_opened: 0,
            kept: Vec::new(),
            voided: Vec::new(),
        }
    }

    /// Whether nothing speaks against using this slice.
    pub fn is_good(&self) -> bool {
        self.voided.is_empty()
    }

    /// CPU time of the driver for each request offered.
    pub fn client_cpu_per_request(&self) -> Duration {
        self.client_cpu.checked_div(u32::try_from(self.offered).unwrap_or(u32::MAX)).unwrap_or_default()
    }
}

/// Records a time.
pub(super) fn record(histogram: &mut Histogram<u64>, time: Duration) {
    // An hour stands for everything beyond it; no timeout is near.
    let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).min(3_600_000_000_000);
    let recorded = histogram.record(nanos);
    debug_assert!(recorded.is_ok(), "a histogram that grows takes every value");
}
