//! A machine as simple as the model, for the tests of the solver: what its stages take at given delays.

use super::calibration::Solver;
use super::solver::{Calls, Reading};
use crate::exercise::{Distance, Stage, StorySpec, Tolerance};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

const HITS: f64 = 12.0;
const MODEL_MS: f64 = 1.0;

/// Its speed and what runs on it; 1 is the machine of the figures below, which are those of a quiet two-core host.
#[derive(Clone, Copy, Debug)]
struct Machine {
    speed: f64,
    /// Length of the texts.
    text: f64,
    /// Processor time of a round trip: switching between processes costs more where they share one core.
    trip: f64,
    /// Milliseconds of a round trip that a faster processor does not shorten.
    fixed_ms: f64,
}

const USUAL: Machine = Machine { speed: 1.0, text: 1.0, trip: 1.0, fixed_ms: 0.0 };

impl Machine {
    /// By stage: the mean by part, and the p95.
    fn stages(self, at: Distance) -> [(BTreeMap<String, f64>, f64); 3] {
        // Six tenths of serialisation are the description's.
        let texts = 1.0 + 0.6 * (self.text - 1.0);
        [0, 1, 2].map(|stage| {
            let queries = calls()[stage].postgres;
            let (full, single) = (f64::from(stage < 2), f64::from(stage == 0));
            let search = 1.75 + 0.06 * HITS * texts * full;
            let related = HITS * (0.12 * single + 0.10 * (1.0 - single));
            let trips = queries * (0.33 * self.trip / self.speed + self.fixed_ms + at.postgres_ms * 1.02);
            let serialization = HITS * (0.955 * texts * full + 0.02 * (1.0 - full)) / self.speed;
            let parts = [
                ("db", (search + related) / self.speed + trips),
                ("serialization", serialization),
                ("rpc", 0.9 / self.speed + MODEL_MS + at.recommendations_ms),
                ("rest", 1.4 / self.speed + 2.0 * at.redis_ms),
            ];
            let mean: f64 = parts.iter().map(|(_, ms)| ms).sum();
            // The common word's search takes longer at every stage alike; a tail of noise; what is outside the service.
            let slow = 4.25 / self.speed + 0.02 * mean;
            let outside = (0.4 + 0.2 * full) / self.speed;
            (parts.map(|(part, ms)| (part.to_owned(), ms)).into(), mean + slow + outside)
        })
    }

    fn reading(self, at: Distance, noise: f64, random: &mut ChaCha8Rng) -> Reading {
        let stages = self.stages(at);
        let mut noisy = |ms: f64| ms * (1.0 + noise * (2.0 * random.random::<f64>() - 1.0));
        Reading {
            at,
            parts: stages[0].0.iter().map(|(part, ms)| (part.clone(), noisy(*ms))).collect(),
            p95_ms: stages.iter().map(|(_, p95)| noisy(*p95)).collect(),
        }
    }
}

fn calls() -> Vec<Calls> {
    [HITS + 1.0, 2.0, 2.0].map(|postgres| Calls { postgres, redis: 2.0, recommendations: 1.0 }).into()
}

fn story() -> StorySpec {
    let stage = |p95_ms, shares: &[(&str, f64)]| Stage {
        name: String::new(),
        variants: String::new(),
        p95_ms,
        shares: shares.iter().map(|(part, share)| ((*part).to_owned(), *share)).collect(),
        db_queries: [1.0, 60.0],
    };
    let found = [("db", 0.45), ("serialization", 0.30), ("rpc", 0.15), ("rest", 0.10)];
    StorySpec {
        seams: Vec::new(),
        stages: vec![stage(400.0, &found), stage(280.0, &[]), stage(180.0, &[])],
        tolerance: Tolerance { ratio: 0.05, share: 0.05 },
        slow_request: None,
    }
}

/// How far the worst figure really is off after a calibration, as a part of its tolerance.
fn worst(machine: Machine, noise: f64, seed: u64) -> (f64, Solver) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let probe = machine.reading(Distance::of_all(0.0), noise, &mut random);
    let mut solver = Solver::new(&story(), &probe.parts, calls(), MODEL_MS, 20.0);
    for _ in 0..2 {
        let reading = machine.reading(solver.found.distance, noise, &mut random);
        solver.learn(reading);
    }
    let truth = machine.reading(solver.found.distance, 0.0, &mut random).figures();
    let worst = solver.aim().off(&truth).map(|(_, off)| off.abs()).fold(0.0, f64::max);
    (worst, solver)
}

#[test]
fn every_figure_lands_in_the_middle_of_its_tolerance_on_slow_and_fast_machines() {
    for speed in [0.5, 1.0, 1.5, 2.0] {
        let (worst, solver) = worst(Machine { speed, ..USUAL }, 0.0, 0);
        assert!(worst < 0.4, "speed {speed}: {worst:.2}");
        assert!(solver.found.too_large.is_empty());
    }
}

#[test]
fn texts_of_twice_the_length_and_one_core_stay_well_within() {
    let others = [
        Machine { text: 2.0, ..USUAL },
        Machine { text: 0.7, ..USUAL },
        Machine { trip: 1.8, ..USUAL },
        Machine { speed: 2.0, fixed_ms: 0.1, ..USUAL },
        Machine { speed: 0.5, trip: 1.8, ..USUAL },
    ];
    for machine in others {
        let (worst, _) = worst(machine, 0.0, 0);
        assert!(worst < 0.6, "{machine:?}: {worst:.2}");
    }
}

#[test]
fn readings_that_are_three_per_cent_off_leave_every_figure_within_its_tolerance() {
    for speed in [0.5, 1.0, 2.0] {
        let found: Vec<f64> = (0..40).map(|seed| worst(Machine { speed, ..USUAL }, 0.03, seed).0).collect();
        let within = found.iter().filter(|worst| **worst < 0.9).count();
        assert!(
            within >= 38,
            "speed {speed}: {within} of 40, the worst {:.2}",
            found.iter().copied().fold(0.0, f64::max)
        );
    }
}

#[test]
fn the_rate_leaves_room_for_the_slowest_requests() {
    for speed in [0.25, 1.0, 4.0] {
        let machine = Machine { speed, ..USUAL };
        let (_, solver) = worst(machine, 0.0, 0);
        let p95_ms = machine.stages(solver.found.distance)[0].1;
        let gap_ms = 1e3 / solver.found.rate_rps;
        assert!(gap_ms > 1.1 * p95_ms, "{gap_ms:.0} ms apart, {p95_ms:.0} ms long");
    }
}

#[test]
fn a_figure_that_no_delay_can_reach_is_named() {
    let machine = Machine { text: 0.1, trip: 1.8, ..USUAL };
    let (worst, solver) = worst(machine, 0.0, 0);
    assert!(worst > 1.0, "{worst:.2}");
    let named = &solver.found.too_large;
    assert!(named.iter().any(|name| name.contains("times its tolerance")), "{named:?}");
}
