//! A rate that changes within a slice: ramps and spikes, as straight lines whose integral can be inverted.

use std::time::Duration;

/// Arrivals a second over the time of a slice: straight lines between corners, and steps where a line ends at another rate
/// than the next one begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    lines: Vec<Line>,
    length: Duration,
}

/// Seconds and arrivals a second; `expected` is how many arrivals are expected before it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    start: f64,
    seconds: f64,
    from: f64,
    to: f64,
    expected: f64,
}

impl Line {
    fn arrivals(&self) -> f64 {
        self.seconds * f64::midpoint(self.from, self.to)
    }

    /// Seconds into the line until `arrivals` are expected: the root of from·t + slope·t²/2, written so that a level line
    /// (slope 0) divides by nothing that vanishes.
    fn until(&self, arrivals: f64) -> f64 {
        if arrivals <= 0.0 {
            return 0.0;
        }
        let slope = (self.to - self.from) / self.seconds;
        // Rounding may put the end of a falling line just beyond where it has a root, or beyond the line.
        let root = (self.from * self.from + 2.0 * slope * arrivals).max(0.0).sqrt();
        (2.0 * arrivals / (self.from + root)).min(self.seconds)
    }
}

impl Profile {
    /// From one rate to another along a straight line. Rates below zero count as zero.
    pub fn ramp(from_rps: f64, to_rps: f64, length: Duration) -> Self {
        Self::through(&[(length, from_rps, to_rps)])
    }

    /// One rate, and another from `start` until `end`.
    pub fn spike(base_rps: f64, peak_rps: f64, (start, end): (Duration, Duration), length: Duration) -> Self {
        let end = end.min(length);
        let start = start.min(end);
        Self::through(&[
            (start, base_rps, base_rps),
            (end - start, peak_rps, peak_rps),
            (length - end, base_rps, base_rps),
        ])
    }

    /// Lines one after the other: how long each lasts, the rate it begins and the rate it ends with.
    pub fn through(lines: &[(Duration, f64, f64)]) -> Self {
        let (mut start, mut expected) = (0.0, 0.0);
        let mut known = Vec::with_capacity(lines.len());
        for (lasts, from, to) in lines.iter().filter(|(lasts, ..)| !lasts.is_zero()) {
            let line = Line { start, seconds: lasts.as_secs_f64(), from: from.max(0.0), to: to.max(0.0), expected };
            (start, expected) = (start + line.seconds, expected + line.arrivals());
            known.push(line);
        }
        Self { lines: known, length: lines.iter().map(|(lasts, ..)| *lasts).sum() }
    }

    /// How long it is.
    pub fn length(&self) -> Duration {
        self.length
    }

    /// Arrivals expected before this many seconds have passed.
    pub fn expected_before(&self, seconds: f64) -> f64 {
        let Some(line) = self.lines.iter().rev().find(|line| line.start <= seconds) else { return 0.0 };
        let into = (seconds - line.start).min(line.seconds);
        line.expected + into * (line.from + (line.to - line.from) * into / line.seconds / 2.0)
    }

    /// The instant, in seconds, before which `arrivals` are expected: the inverse of [`Profile::expected_before`]. Infinite
    /// where the whole profile expects fewer.
    pub(super) fn when_expected(&self, arrivals: f64) -> f64 {
        let place = self.lines.partition_point(|line| line.expected + line.arrivals() < arrivals);
        self.lines.get(place).map_or(f64::INFINITY, |line| line.start + line.until(arrivals - line.expected))
    }
}

#[cfg(test)]
mod tests {
    use super::Profile;
    use crate::{Mix, Request, Schedule};
    use proptest::prelude::*;
    use std::time::Duration;

    fn mix() -> Mix {
        Mix::new(vec![(1.0, Request::get("/a")), (2.0, Request::get("/b"))]).unwrap()
    }

    fn seconds(count: f64) -> Duration {
        Duration::from_secs_f64(count)
    }

    fn between(schedule: &Schedule, from: f64, to: f64) -> f64 {
        let within = |at: Duration| (from..to).contains(&at.as_secs_f64());
        schedule.arrivals.iter().filter(|arrival| within(arrival.at)).count() as f64
    }

    /// Up to five lines, some of them level, some at rate zero.
    fn profiles() -> impl Strategy<Value = Profile> {
        let rate = || prop_oneof![1 => Just(0.0), 4 => 0.0..2_000.0_f64];
        let line = (0..1_000_u64, rate(), rate(), any::<bool>());
        proptest::collection::vec(line, 1..6).prop_map(|lines| {
            let lines: Vec<_> = lines
                .into_iter()
                .map(|(millis, from, to, level)| (Duration::from_millis(millis), from, if level { from } else { to }))
                .collect();
            Profile::through(&lines)
        })
    }

    proptest! {
        #[test]
        fn the_instants_invert_the_expected_count(profile in profiles(), share in 0.0001..0.9999_f64) {
            let length = profile.length().as_secs_f64();
            let all = profile.expected_before(length);
            prop_assume!(all > 1e-6);
            let at = profile.when_expected(all * share);
            prop_assert!((0.0..=length).contains(&at), "{at} of {length}");
            let back = profile.expected_before(at);
            prop_assert!((back - all * share).abs() < 1e-6 * all.max(1.0), "{back}, not {}", all * share);
            prop_assert_eq!(profile.when_expected(all * 1.001 + 1.0), f64::INFINITY);
        }

        #[test]
        fn schedules_along_a_profile_are_sorted_repeatable_and_have_its_arrivals_where_it_has_them(
            profile in profiles(), seed: u64, cut in 0.0..1.0_f64
        ) {
            let (mix, length) = (mix(), profile.length());
            let random = Schedule::poisson_along(&profile, &mix, seed);
            let even = Schedule::constant_along(&profile, &mix, seed);
            prop_assert_eq!(&random, &Schedule::poisson_along(&profile, &mix, seed));
            for schedule in [&random, &even] {
                prop_assert_eq!(schedule.length, length);
                prop_assert!(schedule.arrivals.is_sorted_by_key(|arrival| arrival.at));
                prop_assert!(schedule.arrivals.iter().all(|arrival| arrival.at < length));
                prop_assert!(schedule.arrivals.iter().zip(&even.arrivals).all(|(a, b)| a.request == b.request));
            }
            // Before the cut and after it: a process of the right size in the wrong place must not pass.
            let (cut, end) = (length.as_secs_f64() * cut, length.as_secs_f64());
            for (from, to) in [(0.0, cut), (cut, end)] {
                let expected = profile.expected_before(to) - profile.expected_before(from);
                let off = |schedule| (between(schedule, from, to) - expected).abs();
                prop_assert!(off(&random) <= 6.0 * expected.sqrt() + 8.0, "{} of {expected}", between(&random, from, to));
                prop_assert!(off(&even) <= 1.001, "{} of {expected}", between(&even, from, to));
            }
        }

        #[test]
        fn a_level_profile_is_the_constant_schedule(rate in 1.0..2_000.0_f64, millis in 1..2_000_u64, seed: u64) {
            let (length, mix) = (Duration::from_millis(millis), mix());
            let level = Profile::ramp(rate, rate, length);
            for (along, plain) in [
                (Schedule::poisson_along(&level, &mix, seed), Schedule::poisson(rate, length, &mix, seed)),
                (Schedule::constant_along(&level, &mix, seed), Schedule::constant(rate, length, &mix, seed)),
            ] {
                // Rounding may decide about an arrival at the very end.
                prop_assert!(along.arrivals.len().abs_diff(plain.arrivals.len()) <= 1);
                for (a, b) in along.arrivals.iter().zip(&plain.arrivals) {
                    prop_assert!(a.at.abs_diff(b.at) <= Duration::from_nanos(50) && a.request == b.request);
                }
            }
        }
    }

    #[test]
    fn the_gaps_along_a_ramp_are_exponential_once_time_is_stretched() {
        let profile = Profile::ramp(200.0, 2_000.0, seconds(10.0));
        let schedule = Schedule::poisson_along(&profile, &mix(), 3);
        let on_the_axis: Vec<f64> =
            schedule.arrivals.iter().map(|arrival| profile.expected_before(arrival.at.as_secs_f64())).collect();
        let gaps: Vec<f64> = on_the_axis.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let deviation = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64).sqrt();
        assert!((mean - 1.0).abs() < 0.05 && (deviation - 1.0).abs() < 0.05, "mean {mean}, deviation {deviation}");
    }

    #[test]
    fn a_spike_is_where_it_was_asked_and_a_ramp_to_nothing_ends() {
        let spike = Profile::spike(100.0, 1_000.0, (seconds(0.4), seconds(0.6)), seconds(1.0));
        let schedule = Schedule::constant_along(&spike, &mix(), 1);
        let found = [(0.0, 0.4), (0.4, 0.6), (0.6, 1.0)].map(|(from, to)| between(&schedule, from, to).round() as i64);
        assert!(found.iter().zip([40, 200, 40]).all(|(found, asked)| (found - asked).abs() <= 1), "{found:?}");

        let falling = Schedule::constant_along(&Profile::ramp(100.0, 0.0, seconds(1.0)), &mix(), 1);
        assert_eq!(falling.arrivals.len(), 50);
        // Half of the time of a ramp to nothing holds three quarters of its arrivals.
        assert!((between(&falling, 0.0, 0.5) - 37.5).abs() <= 1.0);
        assert!(Schedule::poisson_along(&Profile::ramp(0.0, 0.0, seconds(1.0)), &mix(), 1).arrivals.is_empty());
        assert!(Schedule::poisson_along(&Profile::through(&[]), &mix(), 1).arrivals.is_empty());
    }
}
