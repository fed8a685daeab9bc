//! The database connection of one order that is being placed, from its first statement to its last.

use sqlx::{PgConnection, PgPool, Postgres, pool::PoolConnection};
use telemetry::wait_span;
use tracing::Instrument as _;

type Held = PoolConnection<Postgres>;

/// Taken from the pool when it is first used.
#[derive(Debug)]
pub struct OrderConnection {
    pool: PgPool,
    held: Option<Held>,
    while_charging: fn(Held) -> Option<Held>,
}

impl OrderConnection {
    pub(crate) fn new(pool: &PgPool, while_charging: fn(Held) -> Option<Held>) -> Self {
        Self { pool: pool.clone(), held: None, while_charging }
    }

    /// The connection; the wait for it, where there is one, is a span of its own.
    ///
    /// # Errors
    /// When the pool gives none in time.
    pub async fn get(&mut self) -> sqlx::Result<&mut PgConnection> {
        let held = match self.held.take() {
            Some(held) => held,
            None => self.pool.acquire().instrument(wait_span!("database connection")).await?,
        };
        Ok(self.held.insert(held))
    }

    /// To be called when the order begins to wait for the payment partner.
    pub fn before_charging(&mut self) {
        self.held = self.held.take().and_then(self.while_charging);
    }

    /// Whether the order has a connection at this moment.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }
}
