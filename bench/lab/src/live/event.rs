//! The events of the feed. Their names are API: `cargo lab serve` reads them, and tolerates what it does not know.

use crate::verdict::TargetOutcome;
use load::SliceResult;
use serde::Serialize;
use std::collections::BTreeMap;

/// One line of the feed. Beside `start`, every line also has `t_s`, the seconds since the first one.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event<'a> {
    /// A run begins; what came before it is another run. Written again as soon as the arms are known.
    Start {
        /// `measure`, `check`, `observe`, `watch`, `dev check`.
        command: &'a str,
        /// The exercise; empty where there is none, or not one alone.
        exercise: &'a str,
        /// The names of the arms, the baseline first; empty as long as none runs.
        arms: Vec<&'a str>,
        /// When (RFC 3339).
        at: String,
        /// The process that writes.
        pid: u32,
    },
    /// What happens now, for people.
    Step {
        /// One line.
        text: &'a str,
    },
    /// A slice of load is over.
    Slice(Slice<'a>),
    /// What one arm's traced requests cost.
    Counts {
        /// The arm.
        arm: &'a str,
        /// Counts per request.
        counts: &'a BTreeMap<String, f64>,
    },
    /// Targets as they are judged.
    Targets {
        /// All of them.
        targets: &'a [TargetOutcome],
    },
    /// The run is over.
    End {
        /// As `--json` spells it: `pass`, `not_yet`, `unfit`, ...; `done` where nothing is judged, `interrupted`.
        verdict: &'a str,
        /// The exit code; of `watch`, the one that `check` would have given.
        exit: u8,
        /// What went wrong.
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<&'a str>,
    },
}

/// One slice of load against one arm.
#[derive(Clone, Debug, Serialize)]
pub struct Slice<'a> {
    /// The arm.
    pub arm: &'a str,
    /// `warmup`, `counts`, `latency`, or `observe` for what `observe` times.
    pub phase: &'a str,
    /// Which round it belongs to, from 1.
    pub round: usize,
    /// Rounds planned; of a warm-up at most so many.
    pub of: usize,
    /// Requests per second, from the first until none was under way any more.
    pub rate_rps: f64,
    /// Requests counted.
    pub requests: u64,
    /// Requests that failed.
    pub errors: u64,
    /// Median, milliseconds, of however few requests: to look on, never to judge by. `null` without any.
    pub p50_ms: Option<f64>,
    /// 95th percentile, milliseconds; `null` with fewer than ten samples above it, which is most slices.
    pub p95_ms: Option<f64>,
    /// The slowest, milliseconds.
    pub max_ms: f64,
    /// Share of all cores busy since the slice before it.
    pub busy: f64,
    /// What may run full: `in_flight`, the most requests under way at once; for a single arm also its pool's connections.
    pub saturation: BTreeMap<&'a str, f64>,
    /// Left out of the result: errors, a missed rate or a late generator.
    pub voided: bool,
}

impl<'a> Slice<'a> {
    /// Of what the driver found; the caller knows the rest.
    pub fn of(arm: &'a str, phase: &'a str, (round, of): (usize, usize), result: &SliceResult) -> Self {
        let ms = |ns: u64| (ns as f64 / 1e3).round() / 1e3;
        let some = !result.latency.is_empty();
        let seconds = result.wall.as_secs_f64();
        Self {
            arm,
            phase,
            round,
            of,
            rate_rps: if seconds > 0.0 { (result.offered as f64 / seconds * 10.0).round() / 10.0 } else { 0.0 },
            requests: result.requests,
            errors: result.errors,
            p50_ms: some.then(|| ms(result.latency.value_at_quantile(0.5))),
            p95_ms: stats::percentile(&result.latency, 0.95).map(ms),
            max_ms: if some { ms(result.latency.max()) } else { 0.0 },
            busy: 0.0,
            saturation: BTreeMap::from([("in_flight", in_flight(result) as f64)]),
            voided: !result.is_good(),
        }
    }
}

/// The most requests that were under way at one instant: more than the cores can serve is a queue.
fn in_flight(result: &SliceResult) -> usize {
    let begins = result.samples.iter().map(|sample| (sample.at, 1_i32));
    let ends = result.samples.iter().map(|sample| (sample.at + sample.latency, -1));
    let mut changes: Vec<_> = begins.chain(ends).collect();
    changes.sort();
    let (mut now, mut most) = (0, 0);
    for (_, change) in changes {
        now += change;
        most = most.max(now);
    }
    usize::try_from(most).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Slice, in_flight};
    use load::{Sample, SliceResult};
    use std::time::Duration;

    #[test]
    fn requests_that_overlap_are_in_flight_together_and_those_that_touch_are_not() {
        let mut result = SliceResult::empty();
        let sample = |at, latency| Sample {
            at: Duration::from_millis(at),
            latency: Duration::from_millis(latency),
            request: 0,
            status: 200,
            failed: false,
            trace_id: [0; 16],
        };
        result.samples = vec![sample(0, 10), sample(5, 10), sample(10, 1), sample(15, 1)];
        assert_eq!(in_flight(&result), 2);
    }

    #[test]
    fn a_slice_of_few_requests_has_a_median_but_no_p95() {
        let mut result = SliceResult::empty();
        let empty = Slice::of("flawed", "latency", (1, 2), &result);
        assert_eq!((empty.p50_ms, empty.max_ms), (None, 0.0));
        (0..5).for_each(|_| result.latency.saturating_record(8_000_000));
        let slice = Slice::of("flawed", "latency", (1, 2), &result);
        assert!(slice.p50_ms.is_some_and(|ms| (ms - 8.0).abs() < 0.01) && slice.p95_ms.is_none(), "{slice:?}");
    }
}
