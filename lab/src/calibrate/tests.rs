//! The short form of a calibration: recordings drawn with a known effect instead of recorded, no clock in sight.

use super::{share_interval, tally};
use crate::load::histogram;
use crate::pipeline::ArmLatency;
use crate::stats::normal_quantile;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The bench's usual margin. With 2 % and noise of this size 3 to 5 of 100 runs raised an alarm, as the interval alone promises.
const MARGIN: f64 = 0.05;

/// Rounds of two slices each. Latencies are log-normal; a slow wander is shared by the arms of a round, and each slice has a
/// mood of its own besides, so that requests of a slice are far from independent (MEASURING.md: 7 to 26 times the variance).
fn arms(effects: &[f64], rounds: usize, mood: f64, seed: u64) -> Vec<ArmLatency> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut arms = vec![ArmLatency::default(); effects.len()];
    let mut wander: f64 = 0.0;
    for _ in 0..rounds {
        wander = 0.9 * wander + mood * draw(&mut random);
        for (arm, effect) in arms.iter_mut().zip(effects) {
            arm.rounds.push([(); 2].map(|()| {
                let centre = wander + mood * draw(&mut random);
                let mut slice = histogram();
                for _ in 0..260 {
                    let ms = 20.0 * (1.0 + effect) * (centre + 0.35 * draw(&mut random)).exp();
                    slice.saturating_record((ms * 1e6) as u64);
                }
                slice
            }));
        }
    }
    arms
}

fn draw(random: &mut ChaCha8Rng) -> f64 {
    normal_quantile(random.random_range(1e-9..1.0))
}

#[test]
fn the_same_against_the_same_raises_an_alarm_in_at_most_one_run_of_a_hundred() {
    let arms = arms(&[0.0, 0.0], 1200, 0.01, 3);
    for quantile in [0.5, 0.95] {
        let tally = tally(&arms[0], &arms[1], quantile, 12, MARGIN, 0.0);
        assert_eq!(tally.windows, 100);
        assert!(tally.faster + tally.slower <= 1, "{quantile}: {tally:?}");
    }
}

#[test]
fn an_interval_misses_the_truth_about_as_often_as_it_says() {
    for effect in [0.0, 0.10] {
        let arms = arms(&[0.0, effect], 1800, 0.05, 11);
        let tally = tally(&arms[0], &arms[1], 0.5, 12, 0.05, effect);
        let missed = share_interval(tally.missed_truth, tally.windows).unwrap();
        assert!(missed.low <= 0.05 && missed.estimate < 0.10, "{effect}: {missed:?} of {tally:?}");
    }
}

#[test]
fn an_effect_as_large_as_the_minimum_the_run_prints_is_found_in_four_runs_of_five_and_never_the_wrong_way() {
    let arms = arms(&[0.0, 0.05, 0.10, 0.20], 2400, 0.05, 5);
    for (arm, effect) in [(1, 0.05), (2, 0.10), (3, 0.20)] {
        let tally = tally(&arms[0], &arms[arm], 0.5, 24, 0.02, effect);
        assert_eq!(tally.faster, 0, "+{effect}: {tally:?}");
        if tally.detectable >= 50 {
            assert!(tally.detected as f64 >= 0.8 * tally.detectable as f64, "+{effect}: {tally:?}");
        } else {
            assert!(tally.inconclusive + tally.slower == tally.windows, "+{effect}: {tally:?}");
        }
    }
}

#[test]
fn a_window_without_enough_samples_is_no_run() {
    let arms = arms(&[0.0, 0.0], 12, 0.01, 3);
    assert_eq!(tally(&arms[0], &arms[1], 0.999_9, 6, 0.02, 0.0).windows, 0);
}
