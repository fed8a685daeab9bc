//! One circuit for everybody that is called: to be noticed by the suggestions that are missing while payment hangs.

use crate::{
    Client, Dependency, Guarded,
    breaker::BreakerLayer,
    fixed::{self, Compartment},
};
use std::time::Duration;
use tower::{ServiceBuilder, util::BoxCloneSyncService};

pub(crate) use fixed::while_charging;

#[derive(Clone, Debug)]
pub(crate) struct Guard {
    patience: Duration,
    circuit: BreakerLayer,
}

impl Guard {
    pub(crate) fn new(patience: Duration) -> Self {
        Self { patience, circuit: BreakerLayer::new(Dependency::Payment, fixed::POLICY) }
    }

    pub(crate) fn around<A, B>(&self, to: Dependency, client: impl Client<A, B>) -> Guarded<A, B>
    where
        A: Send + 'static,
        B: Send + 'static,
    {
        let compartment = Compartment::of(to);
        let inside = ServiceBuilder::new()
            .concurrency_limit(compartment.at_once)
            .layer(self.circuit.clone())
            .timeout(compartment.patience.min(self.patience))
            .service(client);
        if compartment.queues {
            BoxCloneSyncService::new(inside)
        } else {
            BoxCloneSyncService::new(ServiceBuilder::new().load_shed().service(inside))
        }
    }
}
