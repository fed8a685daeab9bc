//! Starting an arm's service once more: in the place of a process that was ended or killed, or beside it.

use super::arm::{Arm, through};
use super::process::{Process, Start};
use super::relays::{Relays, TrafficByDependency, Whose};
use super::shop::{serves, serves_at};
use super::test_bed::TestBed;
use crate::exit::Failure;
use http::Uri;
use load::{Driver, Request};

/// Ends an arm's service and starts it with the same settings and port; waits until it serves.
///
/// # Errors
/// Exit 3 when it does not start or does not answer as it should; exit 5 where its code is on trial.
pub async fn restart(arm: &mut Arm, test_bed: &TestBed, driver: &Driver, probe: &Request) -> Result<(), Failure> {
    arm.process.end().await;
    start_again(arm, test_bed, driver, probe).await
}

/// Starts an arm's service, which was ended or killed, with the same settings and port, and waits until it serves.
///
/// # Errors
/// As [`restart`].
pub async fn start_again(arm: &mut Arm, test_bed: &TestBed, driver: &Driver, probe: &Request) -> Result<(), Failure> {
    let address = arm.base().authority().map(ToString::to_string).unwrap_or_default();
    let again = &arm.again;
    let mut environment = borrowed(&again.environment);
    environment.push(("LISTEN_ADDR", address));
    let (service, log) = (arm.process.service.clone(), again.log.clone());
    let start = Start { service: &service, binary: &again.binary, arguments: vec![], environment, log, stays: false };
    arm.process = Process::start(start, test_bed.ledger()).await.map_err(|failure| arm.spec.blame(failure))?;
    serves(driver, arm, probe).await
}

/// A second process of an arm's service, beside the first: the same code, settings, servers and prefixes, and relays of its own, so
/// that what it asks of others is known apart from what the first one asks.
pub struct Second {
    process: Process,
    relays: Relays,
}

impl Second {
    /// Starts it, and waits until it has answered a request.
    ///
    /// # Errors
    /// As [`restart`].
    pub async fn start(arm: &Arm, test_bed: &TestBed, driver: &Driver, probe: &Request) -> Result<Self, Failure> {
        let again = &arm.again;
        let mut relays = Relays::default();
        let doors = (Whose::Measured, again.distance);
        let environment = through(&mut relays, &borrowed(&again.bare), &again.doors, doors).await?;
        let (service, log) = (arm.process.service.as_str(), again.log.with_extension("second.log"));
        let start = Start { service, binary: &again.binary, arguments: vec![], environment, log, stays: false };
        let process = Process::start(start, test_bed.ledger()).await.map_err(|failure| arm.spec.blame(failure))?;
        let second = Self { process, relays };
        serves_at(driver, arm, (second.base(), || second.check(arm)), probe).await?;
        Ok(second)
    }

    /// Where requests go.
    pub fn base(&self) -> &Uri {
        &self.process.base
    }

    /// What it has sent so far, by dependency.
    pub fn traffic(&self) -> TrafficByDependency {
        self.relays.traffic()
    }

    /// Says so if it has ended.
    ///
    /// # Errors
    /// Exit 3 with the end of its log; exit 5 where code on trial ended it.
    pub fn check(&self, arm: &Arm) -> Result<(), Failure> {
        self.process.check().map_err(|failure| arm.blame_for(&self.process, failure))
    }

    /// Ends it and its relays.
    pub async fn stop(self) {
        self.process.stop().await;
    }
}

fn borrowed(environment: &[(String, String)]) -> Vec<(&str, String)> {
    environment.iter().map(|(name, value)| (name.as_str(), value.clone())).collect()
}
