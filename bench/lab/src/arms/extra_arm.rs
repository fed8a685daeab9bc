//! One more arm beside those a shop started with: `watch` replaces its candidate at every save and keeps all the rest.

use super::arm::{Arm, ArmContext, ArmSpec};
use super::shop::{Shop, ShopSpec, serves};
use super::{Process, TestBed, partners};
use crate::exit::Failure;
use load::{Driver, Request};
use tokio::sync::SetOnce;
use trace::otlp::Receiver;

impl Shop {
    /// Starts an arm in this shop's surroundings and waits until it has answered a request. It is the caller's to end.
    /// `number` must be new: cache keys and queues are told apart by it, and an earlier arm's must not be found again.
    ///
    /// # Errors
    /// Exit 3: the service does not start or does not answer as it should.
    pub async fn extra_arm(
        &self,
        number: usize,
        arm: ArmSpec,
        (test_bed, receiver, driver): (&TestBed, &Receiver, &Driver),
        probe: &Request,
        spec: &ShopSpec<'_>,
    ) -> Result<Arm, Failure> {
        let telemetry = receiver.endpoint();
        let shared = |name: &str| self.shared.iter().find(|process| process.service == name).map(base);
        let recommendations = shared("recommendations").map(|base| SetOnce::new_with(Some(base.clone())));
        let around = ArmContext {
            test_bed,
            exercise: spec.exercise,
            recommendations: recommendations.as_ref(),
            distance: spec.distance,
            size: spec.exercise.shape.as_ref().and_then(|shape| shape.size(0)).unwrap_or_default(),
            telemetry: &telemetry,
            logs: spec.logs,
        };
        let mut arm = Arm::start(arm, number, spec.binaries, &around).await?;
        if let Some(base) = &arm.partners {
            for (name, behaviour) in &spec.exercise.partners {
                partners::set(driver, base, name, behaviour).await?;
            }
        }
        serves(driver, &arm, probe).await?;
        arm.customers = self.customers.clone();
        Ok(arm)
    }
}

fn base(process: &Process) -> &http::Uri {
    &process.base
}
