//! Which requests of a slice ask for a trace: a share of each kind of request, at random.
//!
//! A service that reads the sampled flag of one request must learn nothing about the next one, nor about the kind of slice it is
//! in; and whoever counts the sampled requests must find the same mix among them as among all. So the share is drawn within each
//! kind of request, to the nearest whole number and by chance to the one above or below.

use super::schedule::Schedule;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// For each arrival of the schedule whether it is sampled. The same for the same schedule and secret: all arms of a round are
/// asked alike. The secret is new with each driver, so that no file can hold the flags.
pub(super) fn sampled(schedule: &Schedule, share: f64, secret: u64) -> Vec<bool> {
    let mut flags = vec![share >= 1.0; schedule.arrivals.len()];
    if share <= 0.0 || share >= 1.0 {
        return flags;
    }
    let mut seed = DefaultHasher::new();
    secret.hash(&mut seed);
    let mut kinds: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, arrival) in schedule.arrivals.iter().enumerate() {
        (arrival.at, arrival.request).hash(&mut seed);
        kinds.entry(arrival.request).or_default().push(place);
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed.finish());
    for mut places in kinds.into_values() {
        let wanted = places.len() as f64 * share;
        let chosen = wanted as usize + usize::from(random.random::<f64>() < wanted.fract());
        places.shuffle(&mut random);
        places.into_iter().take(chosen).for_each(|place| flags[place] = true);
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::sampled;
    use crate::{Mix, Request, Schedule};
    use proptest::prelude::*;
    use std::time::Duration;

    fn schedule(rate: f64, seed: u64) -> Schedule {
        let mix = Mix::new(vec![(3.0, Request::get("/a")), (1.0, Request::get("/b"))]).unwrap();
        Schedule::poisson(rate, Duration::from_secs(1), &mix, seed)
    }

    proptest! {
        #[test]
        fn the_share_holds_within_each_kind_and_repeats_with_the_secret_alone(
            rate in 1.0..400.0_f64, share in 0.0..=1.0_f64, seed: u64, secret: u64
        ) {
            let schedule = schedule(rate, seed);
            let flags = sampled(&schedule, share, secret);
            prop_assert_eq!(flags.len(), schedule.arrivals.len());
            prop_assert_eq!(&flags, &sampled(&schedule, share, secret));
            for kind in 0..2 {
                let of_kind = schedule.arrivals.iter().zip(&flags).filter(|(arrival, _)| arrival.request == kind);
                let (all, chosen) = of_kind.fold((0, 0), |(all, chosen), (_, flag)| (all + 1, chosen + usize::from(*flag)));
                prop_assert!((f64::from(all) * share - chosen as f64).abs() < 1.0 + 1e-9, "{chosen} of {all}");
            }
        }
    }

    #[test]
    fn another_driver_samples_other_requests_and_a_small_share_is_not_rounded_away() {
        let schedule = schedule(100.0, 1);
        assert_ne!(sampled(&schedule, 0.5, 1), sampled(&schedule, 0.5, 2));
        let few: usize =
            (0..2_000).map(|secret| sampled(&schedule, 0.003, secret).iter().filter(|flag| **flag).count()).sum();
        let expected = 2_000.0 * 0.003 * schedule.arrivals.len() as f64;
        assert!((few as f64 - expected).abs() < 5.0 * expected.sqrt(), "{few}, not {expected}");
    }
}
