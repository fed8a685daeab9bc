//! What a calibration sends: waits and work, at which pace, and judged with which margin.

use crate::cli::Bound;
use load::{Mix, Request};
use stats::{MARGIN, normal_quantile};
use std::time::Duration;

/// The median wait, and how it spreads (log-normal): p99.9 is about three times the median. No steps: a percentile on a step
/// means nothing.
const WAIT_MS: f64 = 20.0;
const SPREAD: f64 = 0.35;
/// Different waits in the mix.
const WAITS: usize = 199;
/// What a piece of work takes, about: the hard case, because work repeats far worse than waiting (docs/measuring.md).
pub(super) const WORK_MS: f64 = 0.4;

/// Slices of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Arrivals per second.
    pub rate_rps: f64,
    /// Length of a slice.
    pub slice: Duration,
}

/// How slices are driven. Both leave about 250 samples after the part that is dropped: as few as p95 allows (ten above it). Work
/// keeps its core a fifth busy.
pub(super) fn pace(bound: Bound) -> Pace {
    let pace = |rate_rps, ms| Pace { rate_rps, slice: Duration::from_millis(ms) };
    match bound {
        Bound::Waiting => pace(1500.0, 220),
        Bound::Work => pace(500.0, 550),
    }
}

/// The margin a change must pass, declared before anything is measured: 5 % as usual ([`MARGIN`]), and 2 % where
/// the time is waiting, which repeats to a fraction of that; with 5 % no effect of 5 % could be found nine times in ten,
/// however exact the measurement.
pub(super) fn margin(bound: Bound) -> f64 {
    match bound {
        Bound::Waiting => 0.02,
        Bound::Work => MARGIN,
    }
}

/// Requests whose waits are the quantiles of a log-normal distribution, all longer by `effect`; and the waits. `path` is what the
/// known server is asked: `/wait` or `/recorded`.
pub(super) fn waiting(path: &str, effect: f64) -> anyhow::Result<(Mix, Vec<Duration>)> {
    let waits: Vec<Duration> = (0..WAITS)
        .map(|place| {
            let z = normal_quantile((place as f64 + 0.5) / WAITS as f64);
            Duration::from_micros((1e3 * WAIT_MS * (1.0 + effect) * (SPREAD * z).exp()).round() as u64)
        })
        .collect();
    let requests = waits.iter().map(|wait| (1.0, Request::get(format!("{path}/{}", wait.as_micros())))).collect();
    Ok((Mix::new(requests)?, waits))
}

/// Requests that take so many rounds of arithmetic, longer by `effect`.
pub(super) fn working(rounds: f64, effect: f64) -> anyhow::Result<Mix> {
    Mix::new(vec![(1.0, Request::get(format!("/work/{:.0}", rounds * (1.0 + effect))))])
}

#[cfg(test)]
mod unit {
    use super::waiting;

    #[test]
    fn waits_rise_without_steps_and_an_effect_lengthens_all_of_them() {
        let ((_, same), (_, more)) = (waiting("/wait", 0.0).unwrap(), waiting("/wait", 0.1).unwrap());
        assert!((same[99].as_secs_f64() - 0.020).abs() < 1e-6, "the median is 20 ms: {:?}", same[99]);
        assert!(same.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(same.iter().zip(&more).all(|(a, b)| (b.as_secs_f64() / a.as_secs_f64() - 1.1).abs() < 1e-3));
    }
}
