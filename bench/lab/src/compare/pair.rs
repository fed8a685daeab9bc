//! The two services, driven in turns.

use super::demand::Demand;
use crate::exit::Failure;
use crate::pipeline::{Harness, Lane, Latency, Plan, SEED, SystemUnderTest, interleave_lanes, warm_up_lanes};
use crate::terminal::Terminal;
use http::Uri;
use load::Driver;
use std::path::{Path, PathBuf};
use std::time::Duration;
use trace::{Analysis, otlp::Receiver};

/// One of the two: an address.
struct Side {
    name: String,
    base: Uri,
}

/// The two, and who drives them.
pub struct Pair {
    pub(super) driver: Driver,
    pub(super) terminal: Terminal,
    logs: PathBuf,
    sides: [Side; 2],
}

/// What driving them gave.
pub struct Compared {
    /// The latencies: base, then candidate.
    pub latency: Latency,
    /// Those that were not steady after the warm-up.
    pub unsteady: Vec<String>,
    /// What their traces say, where these were asked for and came.
    pub traces: Option<[Option<Analysis>; 2]>,
}

impl SystemUnderTest for Side {
    fn name(&self) -> &str {
        &self.name
    }

    fn base(&self) -> &Uri {
        &self.base
    }

    /// Unknown: it may run on another machine.
    fn cpu(&self) -> Duration {
        Duration::ZERO
    }

    fn check(&self) -> Result<(), Failure> {
        Ok(())
    }
}

impl Harness for Pair {
    fn driver(&self) -> &Driver {
        &self.driver
    }

    fn terminal(&self) -> Terminal {
        self.terminal
    }

    fn logs(&self) -> &Path {
        &self.logs
    }
}

impl Pair {
    /// Base and candidate.
    ///
    /// # Errors
    /// Exit 3: the system gives the driver no thread.
    pub fn new(
        [base, candidate]: [Uri; 2],
        demand: &Demand,
        terminal: Terminal,
        logs: PathBuf,
    ) -> Result<Self, Failure> {
        let side = |name: &str, base| Side { name: name.to_owned(), base };
        let sides = [side("base", base), side("candidate", candidate)];
        Ok(Self { driver: Driver::new(demand.protocol)?, terminal, logs, sides })
    }

    /// Their addresses.
    pub fn bases(&self) -> [&Uri; 2] {
        self.sides.each_ref().map(|side| &side.base)
    }

    /// Warms both up, reads their traces if there is a receiver for them, and drives them in interleaved rounds.
    ///
    /// # Errors
    /// Exit 4 when too few rounds can be used.
    pub async fn drive(&self, demand: &Demand, receiver: Option<&Receiver>) -> Result<Compared, Failure> {
        let plan = Plan {
            rounds: demand.rounds,
            slice: demand.slice,
            rate_rps: demand.rate_rps,
            arrivals: demand.arrivals,
            seed: SEED,
            timeout: demand.timeout,
            compared: 0.0,
        };
        let lanes =
            self.sides.each_ref().map(|side| Lane { arm: Some(side as &dyn SystemUnderTest), mix: &demand.mix });
        self.terminal.step("warming both up");
        let unsteady = warm_up_lanes(self, &lanes, plan).await?;
        let traces = match receiver {
            Some(receiver) => Some(self.traces(receiver, demand).await),
            None => None,
        };
        Ok(Compared { latency: interleave_lanes(self, &lanes, plan).await?, unsteady, traces })
    }
}
