//! The short form of a calibration: recordings drawn with a known effect instead of recorded, no clock in sight.

use super::{Detections, Tally, Window, share_interval};
use crate::cli::{Bound, Condition};
use crate::pipeline::ArmLatency;
use hdrhistogram::Histogram;
use load::histogram;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use stats::{MARGIN, normal_quantile};

/// A machine to be measured. Latencies are log-normal; a slow wander is shared by the arms of a round, and each slice has a
/// mood of its own besides, so that requests of a slice are far from independent (measured: 7 to 26 times the variance).
struct Simulated {
    random: ChaCha8Rng,
    mood: f64,
    wander: f64,
}

impl Simulated {
    fn new(mood: f64, seed: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed), mood, wander: 0.0 }
    }

    /// One run: rounds of two slices an arm.
    fn run(&mut self, effects: &[f64], rounds: usize) -> Vec<ArmLatency> {
        let mut arms = vec![ArmLatency::default(); effects.len()];
        for _ in 0..rounds {
            self.wander = 0.9 * self.wander + self.mood * draw(&mut self.random);
            for (arm, effect) in arms.iter_mut().zip(effects) {
                arm.rounds.push([(); 2].map(|()| self.slice(*effect)));
            }
        }
        arms
    }

    fn slice(&mut self, effect: f64) -> Histogram<u64> {
        let centre = self.wander + self.mood * draw(&mut self.random);
        let mut slice = histogram();
        for _ in 0..260 {
            let ms = 20.0 * (1.0 + effect) * (centre + 0.35 * draw(&mut self.random)).exp();
            slice.saturating_record((ms * 1e6) as u64);
        }
        slice
    }
}

fn draw(random: &mut ChaCha8Rng) -> f64 {
    normal_quantile(random.random_range(1e-9..1.0))
}

/// So many runs of so many rounds: the first arm against each of the others.
fn tallies(
    machine: &mut Simulated,
    effects: &[f64],
    runs: usize,
    rounds: usize,
    quantile: f64,
    margin: f64,
) -> Vec<Tally> {
    let of = |effect: &f64| Detections {
        bound: Bound::Waiting,
        machine: Condition::Quiet,
        statistic: quantile.to_string(),
        effect: *effect,
        rounds,
        runs,
        rounds_void: 0,
        seconds: 0.0,
        windows: Vec::new(),
    };
    let mut found: Vec<Detections> = effects[1..].iter().map(of).collect();
    for run in 0..runs {
        let arms = machine.run(effects, rounds);
        for (found, arm) in found.iter_mut().zip(&arms[1..]) {
            found.windows.extend(Window::of(&arms[0], arm, quantile, run as u64));
        }
    }
    found.iter().map(|found| Tally::of(found, margin)).collect()
}

#[test]
fn the_same_against_the_same_raises_an_alarm_in_at_most_one_run_of_a_hundred() {
    for quantile in [0.5, 0.95] {
        let tally = &tallies(&mut Simulated::new(0.01, 3), &[0.0, 0.0], 100, 12, quantile, MARGIN)[0];
        assert_eq!(tally.runs, 100);
        assert!(tally.faster + tally.slower <= 1, "{quantile}: {tally:?}");
    }
}

#[test]
fn an_interval_misses_the_truth_about_as_often_as_it_says() {
    for effect in [0.0, 0.10] {
        let tally = &tallies(&mut Simulated::new(0.05, 11), &[0.0, effect], 150, 12, 0.5, MARGIN)[0];
        let missed = share_interval(tally.missed, tally.runs).unwrap();
        assert!(missed.low <= 0.05 && missed.estimate < 0.10, "{effect}: {missed:?} of {tally:?}");
    }
}

#[test]
fn an_effect_as_large_as_the_minimum_the_run_prints_is_found_in_four_runs_of_five_and_never_the_wrong_way() {
    let effects = [0.0, 0.05, 0.10, 0.20];
    let tallies = tallies(&mut Simulated::new(0.05, 5), &effects, 100, 24, 0.5, 0.02);
    for (tally, effect) in tallies.iter().zip(&effects[1..]) {
        assert_eq!(tally.faster, 0, "+{effect}: {tally:?}");
        if tally.detectable >= 50 {
            assert!(tally.detected as f64 >= 0.8 * tally.detectable as f64, "+{effect}: {tally:?}");
        } else {
            assert!(tally.wrong == 0 && tally.inconclusive + tally.slower == tally.runs, "+{effect}: {tally:?}");
        }
    }
}

#[test]
fn a_window_without_enough_samples_is_no_run() {
    let tally = &tallies(&mut Simulated::new(0.01, 3), &[0.0, 0.0], 2, 6, 0.999_9, 0.02)[0];
    assert_eq!((tally.runs, tally.void, tally.inconclusive), (2, 2, 2), "void, and said so");
}
