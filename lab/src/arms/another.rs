//! One more arm beside those a shop started with: `watch` replaces its candidate at every save and keeps all the rest.

use super::arm::{Arm, ArmSpec, Surround};
use super::shop::{Shop, ShopSpec, serves};
use super::{Ground, Process};
use crate::exit::Failure;
use crate::load::{Driver, Request};
use crate::otlp::Receiver;

impl Shop {
    /// Starts an arm in this shop's surroundings and waits until it has answered a request. It is the caller's to end.
    /// `number` must be new: cache keys and queues are told apart by it, and an earlier arm's must not be found again.
    ///
    /// # Errors
    /// Exit 3: the service does not start or does not answer as it should.
    pub async fn another(
        &self,
        number: usize,
        arm: ArmSpec,
        (ground, receiver, driver): (&Ground, &Receiver, &Driver),
        probe: &Request,
        spec: &ShopSpec<'_>,
    ) -> Result<Arm, Failure> {
        let telemetry = receiver.endpoint();
        let shared = |name: &str| self.shared.iter().find(|process| process.service == name).map(base);
        let around = Surround {
            ground,
            recommendations: shared("recommendations"),
            partners: shared("partners"),
            distance: spec.distance,
            telemetry: &telemetry,
            logs: spec.logs,
        };
        let arm = Arm::start(arm, number, &spec.exercise.service, spec.binaries, &around).await?;
        serves(driver, &arm, probe).await?;
        Ok(arm)
    }
}

fn base(process: &Process) -> &http::Uri {
    &process.base
}
