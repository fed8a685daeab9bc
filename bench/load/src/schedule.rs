//! When it is asked: the whole schedule of a slice, made before the slice, pure and seeded.

use super::mix::Mix;
use super::profile::Profile;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::time::Duration;

/// One planned arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Time after the slice's start.
    pub at: Duration,
    /// Which request of the mix.
    pub request: usize,
}

/// The arrivals of one slice in order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Planned arrivals, sorted by time, all before `length`.
    pub arrivals: Vec<Arrival>,
    /// How long the slice lasts.
    pub length: Duration,
}

impl Schedule {
    /// Arrivals of a Poisson process with `rate_rps` requests a second: independent users. The same seed gives the same
    /// schedule, which is how both arms of a round get the same work.
    pub fn poisson(rate_rps: f64, length: Duration, mix: &Mix, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut at = 0.0;
        Self::drawn(length, mix, seed, || {
            // 1 − u lies in (0, 1], so the logarithm is finite.
            at -= (1.0 - random.random::<f64>()).ln() / rate_rps;
            at
        })
    }

    /// Arrivals evenly spaced, the first after half a gap.
    pub fn constant(rate_rps: f64, length: Duration, mix: &Mix, seed: u64) -> Self {
        let mut count = 0.0;
        Self::drawn(length, mix, seed, || {
            count += 1.0;
            (count - 0.5) / rate_rps
        })
    }

    /// A Poisson process whose rate follows `profile`: exponential gaps at rate 1, on the axis of expected arrivals, read back
    /// as time (Çinlar 1975; the other way is thinning, Lewis and Shedler 1979). No draw is thrown away, so the same seed
    /// asks for the same requests in the same order whatever the profile.
    pub fn poisson_along(profile: &Profile, mix: &Mix, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut expected = 0.0;
        Self::drawn(profile.length(), mix, seed, || {
            expected -= (1.0 - random.random::<f64>()).ln();
            profile.when_expected(expected)
        })
    }

    /// Arrivals evenly spaced on the axis of expected arrivals: each gap is what the rate of its moment asks for.
    pub fn constant_along(profile: &Profile, mix: &Mix, seed: u64) -> Self {
        let mut count = 0.0;
        Self::drawn(profile.length(), mix, seed, || {
            count += 1.0;
            profile.when_expected(count - 0.5)
        })
    }

    /// `next` gives the instants in seconds, rising. A rate of zero makes them infinite: no arrivals.
    fn drawn(length: Duration, mix: &Mix, seed: u64, mut next: impl FnMut() -> f64) -> Self {
        // Which request is drawn from a stream of its own: another rate then asks for the same sequence of requests.
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(1);
        let mut turn = seed as usize;
        let mut arrivals = Vec::new();
        loop {
            let seconds = next();
            if !(0.0..length.as_secs_f64()).contains(&seconds) {
                break;
            }
            // Rounding to nanoseconds may reach the end itself.
            let at = Duration::from_secs_f64(seconds).min(length.saturating_sub(Duration::from_nanos(1)));
            arrivals.push(Arrival { at, request: mix.next(mix.choose(random.random()), &mut turn) });
        }
        Self { arrivals, length }
    }
}

#[cfg(test)]
mod tests {
    use super::Schedule;
    use crate::{Mix, Request, zipf_weights};
    use proptest::prelude::*;
    use std::time::Duration;

    fn mix(weights: &[f64]) -> Mix {
        Mix::new(weights.iter().enumerate().map(|(i, w)| (*w, Request::get(format!("/{i}")))).collect()).unwrap()
    }

    proptest! {
        #[test]
        fn a_schedule_is_sorted_within_its_length_repeatable_and_near_its_rate(
            rate in 1.0..5_000.0_f64, millis in 1..4_000_u64, seed: u64
        ) {
            let (length, mix) = (Duration::from_millis(millis), mix(&[1.0, 3.0]));
            let schedule = Schedule::poisson(rate, length, &mix, seed);
            prop_assert_eq!(&schedule, &Schedule::poisson(rate, length, &mix, seed));
            prop_assert!(schedule.arrivals.is_sorted_by_key(|arrival| arrival.at));
            prop_assert!(schedule.arrivals.iter().all(|arrival| arrival.at < length && arrival.request < 2));
            // A Poisson count has the variance of its mean; six deviations and a little for the tiny ones.
            let expected = rate * length.as_secs_f64();
            let off = (schedule.arrivals.len() as f64 - expected).abs();
            prop_assert!(off <= 6.0 * expected.sqrt() + 8.0, "{} of {expected}", schedule.arrivals.len());

            let even = Schedule::constant(rate, length, &mix, seed);
            prop_assert!((even.arrivals.len() as f64 - expected).abs() <= 1.0);
            prop_assert!(even.arrivals.is_sorted_by_key(|arrival| arrival.at));
        }

        #[test]
        fn requests_are_drawn_by_their_weights(seed: u64) {
            let weights = zipf_weights(5, 1.0);
            let schedule = Schedule::poisson(10_000.0, Duration::from_secs(1), &mix(&weights), seed);
            let n = schedule.arrivals.len() as f64;
            for (request, weight) in weights.iter().enumerate() {
                let share = schedule.arrivals.iter().filter(|arrival| arrival.request == request).count() as f64 / n;
                prop_assert!((share - weight).abs() < 5.0 * (weight / n).sqrt(), "{request}: {share} not {weight}");
            }
        }

        #[test]
        fn another_rate_asks_for_the_same_requests_in_the_same_order(seed: u64) {
            let (length, mix) = (Duration::from_secs(1), mix(&[1.0, 2.0, 3.0]));
            let (slow, fast) = (Schedule::poisson(50.0, length, &mix, seed), Schedule::poisson(500.0, length, &mix, seed));
            prop_assert!(slow.arrivals.iter().zip(&fast.arrivals).all(|(a, b)| a.request == b.request));
        }
    }

    #[test]
    fn the_gaps_of_a_poisson_schedule_are_exponential() {
        let schedule = Schedule::poisson(1_000.0, Duration::from_secs(10), &mix(&[1.0]), 3);
        let gaps: Vec<f64> = schedule.arrivals.windows(2).map(|pair| (pair[1].at - pair[0].at).as_secs_f64()).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let deviation = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64).sqrt();
        assert!((deviation / mean - 1.0).abs() < 0.05, "deviation {deviation}, mean {mean}");
    }

    #[test]
    fn a_rate_of_zero_or_no_time_has_no_arrivals() {
        assert!(Schedule::poisson(0.0, Duration::from_secs(1), &mix(&[1.0]), 1).arrivals.is_empty());
        assert!(Schedule::constant(0.0, Duration::from_secs(1), &mix(&[1.0]), 1).arrivals.is_empty());
        assert!(Schedule::poisson(100.0, Duration::ZERO, &mix(&[1.0]), 1).arrivals.is_empty());
    }
}
