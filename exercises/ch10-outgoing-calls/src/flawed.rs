//! Bounds how many calls leave at once and how long each may take.

use crate::{Client, Dependency, Guarded};
use sqlx::{Postgres, pool::PoolConnection};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tower::{ServiceBuilder, limit::GlobalConcurrencyLimitLayer, util::BoxCloneSyncService};

/// Calls in flight from this process; the others wait for their turn.
const AT_ONCE: usize = 16;

#[derive(Clone, Debug)]
pub(crate) struct Guard {
    permits: Arc<Semaphore>,
    patience: Duration,
}

impl Guard {
    pub(crate) fn new(patience: Duration) -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)), patience }
    }

    pub(crate) fn around<A, B>(&self, _: Dependency, client: impl Client<A, B>) -> Guarded<A, B> {
        let guarded = ServiceBuilder::new()
            .layer(GlobalConcurrencyLimitLayer::with_semaphore(self.permits.clone()))
            .timeout(self.patience)
            .service(client);
        BoxCloneSyncService::new(guarded)
    }
}

/// What an order keeps of its connection while its card is charged. It goes on with it afterwards: half-way it should not
/// have to queue for another.
pub(crate) fn while_charging(connection: PoolConnection<Postgres>) -> Option<PoolConnection<Postgres>> {
    Some(connection)
}
