//! What an open-loop client must report, computed from the schedule and the known delays alone.

use crate::known_server::{Stall, monotonic};
use hdrhistogram::Histogram;
use load::{SliceResult, histogram};
use std::collections::HashMap;
use std::time::Duration;

/// The percentiles that are compared, the last one being the largest value.
pub const PERCENTILES: [(&str, f64); 5] = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)];

/// One percentile: what was reported, and what was true. Milliseconds.
#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Truth {
    /// Its name.
    pub percentile: String,
    /// What the bench reported.
    pub reported_ms: f64,
    /// What the schedule and the delays give.
    pub true_ms: f64,
    /// Reported beyond true, as a share of true.
    pub error: f64,
    /// From the scheduled instants to those at which the server's own record has the answers leave: with late sending, the way
    /// there, a late timer and the queue of a stall's end. Of these only the late sending is an error of the bench.
    pub recorded_ms: Option<f64>,
}

impl Truth {
    /// Of one percentile, in milliseconds.
    pub(super) fn of(percentile: &str, reported_ms: f64, true_ms: f64, recorded_ms: Option<f64>) -> Self {
        let error = reported_ms / true_ms - 1.0;
        Self { percentile: percentile.to_owned(), reported_ms, true_ms, error, recorded_ms }
    }

    /// Reported beyond recorded, as a share of recorded.
    pub fn error_of_record(&self) -> Option<f64> {
        self.recorded_ms.map(|recorded| self.reported_ms / recorded - 1.0)
    }
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

/// Reported against true, over all slices; percentiles with fewer than ten samples above them are left out. `releases` is the
/// server's record by trace id; what it does not have is left out there.
pub fn compare(
    slices: &[SliceResult],
    stall: Option<Stall>,
    releases: &HashMap<[u8; 16], Duration>,
    delay: impl Fn(usize) -> Duration + Copy,
) -> Vec<Truth> {
    let (mut reported, mut truth, mut record) = (histogram(), histogram(), histogram());
    for slice in slices {
        let start = monotonic(slice.start);
        for sample in &slice.samples {
            reported.saturating_record(nanos(sample.latency));
            if let Some(released) = releases.get(&sample.trace_id) {
                record.saturating_record(nanos(released.saturating_sub(start + sample.at)));
            }
        }
        true_latencies(slice, stall, delay).for_each(|latency| truth.saturating_record(nanos(latency)));
    }
    rows(&reported, &truth, &record)
}

/// Every percentile of which there is enough, reported and true.
pub(super) fn rows(reported: &Histogram<u64>, truth: &Histogram<u64>, record: &Histogram<u64>) -> Vec<Truth> {
    let row = |(name, q)| Some(Truth::of(name, at(reported, q)?, at(truth, q)?, at(record, q)));
    PERCENTILES.into_iter().filter_map(row).collect()
}

/// Milliseconds at a quantile, 1 being the largest; `None` with too few samples above it.
pub(super) fn at(histogram: &Histogram<u64>, q: f64) -> Option<f64> {
    let largest = || (!histogram.is_empty()).then(|| histogram.max());
    let ns = if q < 1.0 { stats::percentile(histogram, q) } else { largest() };
    ns.map(|ns| ns as f64 / 1e6)
}

pub(super) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod unit {
    use super::compare;
    use crate::known_server::{KnownServer, Stall, listen, monotonic, releases};
    use load::{Driver, Mix, Protocol, Request, Sample, Schedule, SliceOptions, SliceResult};
    use std::collections::HashMap;
    use std::time::Duration;

    #[test]
    fn a_request_that_falls_into_a_stall_truly_takes_until_its_end() {
        let ms = Duration::from_millis;
        let mut slice = SliceResult::empty();
        let stall = Stall { every: Duration::from_secs(3600), length: ms(500) };
        let into = monotonic(slice.start).as_nanos() % stall.every.as_nanos();
        let next = stall.every - Duration::from_nanos(u64::try_from(into).unwrap());
        let trace_id = [7; 16];
        let sample = |at, latency| Sample { at, latency, request: 0, status: 200, failed: false, trace_id };
        // One before the stall, one that is due 100 ms into it.
        slice.samples = vec![sample(next - ms(400), ms(20)), sample(next + ms(80), ms(421))];
        let releases = HashMap::from([(trace_id, monotonic(slice.start) + next + ms(500))]);
        let rows = compare(&[slice], Some(stall), &releases, |_| ms(20));
        assert_eq!((rows.len(), rows[0].percentile.as_str()), (1, "max"), "two samples have no percentiles");
        assert!((rows[0].true_ms - 420.0).abs() < 1.0 && (rows[0].reported_ms - 421.0).abs() < 1.0, "{rows:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_servers_own_record_has_every_answer_and_none_before_its_time() {
        let (base, _serving) = listen(KnownServer::default()).unwrap();
        let mix = Mix::new(vec![(1.0, Request::get("/recorded/3000"))]).unwrap();
        let driver = Driver::new(Protocol::Http1).unwrap();
        let schedule = Schedule::constant(100.0, Duration::from_millis(400), &mix, 1);
        let slice = driver.slice(&base, &mix, &schedule, SliceOptions::default()).await;
        let record = driver.once(&base, &Request::get("/record"), false).await.unwrap();
        let releases = releases(std::str::from_utf8(&record.body).unwrap());
        assert_eq!(releases.len(), 40);
        for sample in &slice.samples {
            let truly = releases[&sample.trace_id] - (monotonic(slice.start) + sample.at);
            // The two clocks are read one after the other.
            assert!(truly >= Duration::from_micros(2900) && truly <= sample.latency + Duration::from_micros(100));
        }
    }
}
