//! What is driven and how: lanes, and the plan of a measurement, made before it starts.

use super::Bench;
use crate::arms::{Arm, TrafficByDependency};
use crate::exercise::{Arrivals, Load};
use crate::exit::Failure;
use crate::machine::CpuTimes;
use crate::terminal::Terminal;
use http::Uri;
use load::{Driver, Keep, Mix, SliceOptions, SliceResult};
use std::path::Path;
use std::time::Duration;

/// The seed of what is no question to a service: which rounds a bootstrap draws, what a warm-up asks.
pub const SEED: u64 = 0x5EED_0001;

/// Share of the requests that carry a sampled `traceparent` in the slices that are timed, whose spans nobody reads: a flag that is
/// set must not tell a service that it is not timed. What it costs has not been measured yet.
pub const SAMPLED_WHILE_TIMED: f64 = 0.05;

/// Share of the answers in latency slices and phases that is compared with the baseline's. What keeping them costs is
/// measured by `bench/load/examples/keeping_cost.rs`.
pub const COMPARED: f64 = 0.25;

/// The plan of a measurement, made before it starts.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Interleaved rounds.
    pub rounds: usize,
    /// Length of a slice.
    pub slice: Duration,
    /// Arrivals per second.
    pub rate_rps: f64,
    /// How they are spread.
    pub arrivals: Arrivals,
    /// Seed of order and schedules.
    pub seed: u64,
    /// After this long a request is given up; its latency counts as this.
    pub timeout: Duration,
    /// Share of the answers that is kept to be compared.
    pub compared: f64,
}

impl Plan {
    /// What an exercise says about its load, with the seed of its run.
    #[must_use]
    pub fn of(load: &Load) -> Self {
        let slice = Duration::from_millis(load.slice_ms);
        let Load { rounds, rate_rps, arrivals, seed, .. } = *load;
        Self { rounds, slice, rate_rps, arrivals, seed, timeout: load.timeout(), compared: COMPARED }
    }

    /// How a slice whose schedule has this seed is driven.
    pub(super) fn options(self, seed: u64) -> SliceOptions {
        let keep = Keep::Share { share: self.compared, seed };
        SliceOptions { timeout: self.timeout, keep, sampled: SAMPLED_WHILE_TIMED, ..SliceOptions::default() }
    }
}

/// Something that serves and is driven: an arm of a shop, or one of the servers of a calibration.
pub trait SystemUnderTest: Sync {
    /// Its name in reports.
    fn name(&self) -> &str;
    /// Where it serves.
    fn base(&self) -> &Uri;
    /// CPU time of the measured process since it started; zero where the system does not say.
    fn cpu(&self) -> Duration;
    /// Says so if it has ended.
    ///
    /// # Errors
    /// Exit 3.
    fn check(&self) -> Result<(), Failure>;
    /// What it has sent to its dependencies so far; nothing where nobody counts.
    fn traffic(&self) -> TrafficByDependency {
        TrafficByDependency::new()
    }
}

impl SystemUnderTest for Arm {
    fn name(&self) -> &str {
        &self.spec.name
    }

    fn base(&self) -> &Uri {
        self.base()
    }

    fn cpu(&self) -> Duration {
        self.process.cpu()
    }

    fn check(&self) -> Result<(), Failure> {
        self.check()
    }

    fn traffic(&self) -> TrafficByDependency {
        self.traffic()
    }
}

/// What drives the lanes and hears of every slice.
pub trait Harness {
    /// Who sends.
    fn driver(&self) -> &Driver;
    /// Where progress is shown.
    fn terminal(&self) -> Terminal;
    /// Where the logs of what is driven are.
    fn logs(&self) -> &Path;
    /// A slice of `arm` is over: `round` of `of`, the first is 1. `phase` is `warmup` or `latency`.
    /// Nobody hears of it where nothing is said here.
    fn tell(&self, _arm: &str, _phase: &str, _round: (usize, usize), _result: &SliceResult) {}
    /// Share of all cores that the host gave to others since `earlier`, 0 to 1.
    fn stolen_since(&self, earlier: &CpuTimes) -> f64 {
        CpuTimes::now().stolen_since(earlier)
    }
}

impl Harness for Bench<'_> {
    fn driver(&self) -> &Driver {
        &self.driver
    }

    fn terminal(&self) -> Terminal {
        self.context.terminal
    }

    fn logs(&self) -> &Path {
        &self.logs
    }

    fn tell(&self, arm: &str, phase: &str, round: (usize, usize), result: &SliceResult) {
        self.tell_slice(arm, phase, round, result);
    }
}

/// One of the things compared: what is driven, and what it is asked.
#[derive(Clone, Copy)]
pub struct Lane<'a> {
    /// What is driven; `None` for an arm that was retired and keeps its place.
    pub arm: Option<&'a dyn SystemUnderTest>,
    /// What it is asked.
    pub mix: &'a Mix,
}

impl<'a> Lane<'a> {
    /// One lane an arm, all asked the same.
    pub fn of_all(arms: &'a [Arm], mix: &'a Mix) -> Vec<Self> {
        arms.iter().map(|arm| Lane { arm: Some(arm), mix }).collect()
    }
}
