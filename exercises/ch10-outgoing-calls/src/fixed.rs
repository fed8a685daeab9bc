//! Gives every dependency a compartment of its own, gives up early on one that fails, and keeps nothing while it waits.
//!
//! Four seconds of a hanging partner, 30 orders and 50 looks at past orders a second, a pool of ten connections: of those who
//! only looked, 65 % saw an error as the shop was found and nobody with this, and an order was refused after 15 ms, at the
//! median, where it had been given up after 2,000 (2 shared cores, nothing else running).

use crate::{
    Client, Dependency, Guarded,
    breaker::{BreakerLayer, Policy, Trip},
};
use sqlx::{Postgres, pool::PoolConnection};
use std::time::Duration;
use tower::{ServiceBuilder, util::BoxCloneSyncService};

/// Half of the last 40 calls, and at least 20 of them: fewer say too little. Three probes after three seconds.
pub(crate) const POLICY: Policy =
    Policy { trip: Trip::Share { failed: 0.5, minimum: 20, window: 40 }, open: Duration::from_secs(3), probes: 3 };

/// A dependency's compartment.
pub(crate) struct Compartment {
    /// Calls in flight: what it needs at its slowest hour, not what could be had.
    pub(crate) at_once: usize,
    /// About twice the 99th percentile of its answers.
    pub(crate) patience: Duration,
    /// Whether a call that finds the compartment full waits: a message of the worker can, a customer should not.
    pub(crate) queues: bool,
}

impl Compartment {
    pub(crate) fn of(dependency: Dependency) -> Self {
        let ms = Duration::from_millis;
        match dependency {
            Dependency::Payment => Self { at_once: 10, patience: ms(500), queues: false },
            // One page of orders asks for several at once: those wait for each other, and the time limit bounds the wait.
            Dependency::Recommendations => Self { at_once: 20, patience: ms(400), queues: true },
            Dependency::Warehouse => Self { at_once: 20, patience: ms(1_000), queues: true },
            Dependency::Email => Self { at_once: 5, patience: ms(1_000), queues: true },
            Dependency::Analytics => Self { at_once: 5, patience: ms(1_000), queues: true },
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Guard {
    patience: Duration,
}

impl Guard {
    pub(crate) fn new(patience: Duration) -> Self {
        Self { patience }
    }

    pub(crate) fn around<A, B>(&self, to: Dependency, client: impl Client<A, B>) -> Guarded<A, B>
    where
        A: Send + 'static,
        B: Send + 'static,
    {
        guarded(to, self.patience, POLICY, client)
    }
}

/// From the outside in: no queue in front of a full compartment, the compartment, the breaker, the time limit. The breaker
/// is inside, so that it sees only calls that could have left: a full compartment is no failure of the other side.
pub(crate) fn guarded<A, B>(
    to: Dependency,
    patience: Duration,
    policy: Policy,
    client: impl Client<A, B>,
) -> Guarded<A, B>
where
    A: Send + 'static,
    B: Send + 'static,
{
    let compartment = Compartment::of(to);
    let inside = ServiceBuilder::new()
        .concurrency_limit(compartment.at_once)
        .layer(BreakerLayer::new(to, policy))
        .timeout(compartment.patience.min(patience))
        .service(client);
    if compartment.queues {
        BoxCloneSyncService::new(inside)
    } else {
        BoxCloneSyncService::new(ServiceBuilder::new().load_shed().service(inside))
    }
}

/// What an order keeps of its connection while its card is charged: nothing. Its stock is reserved and written down, and
/// the wait for another connection is short as long as nobody keeps one while waiting for something else.
pub(crate) fn while_charging(connection: PoolConnection<Postgres>) -> Option<PoolConnection<Postgres>> {
    drop(connection);
    None
}
