//! What stands between the shop and everything it calls: permits, patience, and what an order keeps while it waits.
//!
//! The contract, whichever implementation runs:
//! - an answer of the other side comes back as it was given, whatever its status;
//! - a call that is refused here was not sent, and [`not_sent`] says so of its error; any other error may have had an effect;
//! - no call to a partner takes longer than the patience that [`OutgoingCalls::new`] was given, the wait for a permit aside;
//! - what a call holds (permits, its place among the probes) is free again when it has ended or was dropped;
//! - a dependency that answers well is reached again within seven seconds, whatever happened before;
//! - no answer stands for another call: every order has a charge of its own, and every message that is to be sent is sent;
//! - an order's connection is one of the pool without an open transaction, and goes back when the order is through.

pub mod breaker;
mod broken;
mod fixed;
mod flawed;
mod order_connection;
mod traps;
mod yours;

pub use order_connection::OrderConnection;

use http::{Request, Response};
use sqlx::PgPool;
use std::{fmt, time::Duration};
use tower::{BoxError, Service, load_shed::error::Overloaded, timeout::error::Elapsed, util::BoxCloneSyncService};
use variant::{UnknownTrap, Variant, seam};

seam! {
    "ch10-outgoing-calls",
    /// The implementation in use.
    pub enum Implementation {
        AbsoluteCount = traps::absolute_count, WideBulkhead = traps::wide_bulkhead;
        KeyPerCall = broken::key_per_call,
        LeakedPermits = broken::leaked_permits,
        NeverAgain = broken::never_again,
        OneCircuit = broken::one_circuit,
        TooLateIsNotSent = broken::too_late_is_not_sent,
    }
    #[derive(Clone, Debug)]
    enum Guard of Guard
}

/// Whom the shop calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dependency {
    /// Charges cards, while a customer waits.
    Payment,
    /// Ships orders, from the order worker.
    Warehouse,
    /// Writes to customers, from the order worker.
    Email,
    /// Counts what is sold, from the order worker.
    Analytics,
    /// Says what goes with an order, while a customer waits who can do without.
    Recommendations,
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Payment => "payment",
            Self::Warehouse => "warehouse",
            Self::Email => "email",
            Self::Analytics => "analytics",
            Self::Recommendations => "recommendations",
        })
    }
}

/// An HTTP client for one dependency: what [`OutgoingCalls::around`] takes. gRPC is HTTP too.
pub trait Client<A, B>:
    Service<Request<A>, Response = Response<B>, Error: Into<BoxError>, Future: Send + 'static>
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<A, B, S> Client<A, B> for S where
    S: Service<Request<A>, Response = Response<B>, Error: Into<BoxError>, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// A client behind its guard.
pub type Guarded<A, B> = BoxCloneSyncService<Request<A>, Response<B>, BoxError>;

/// Whether a call was refused on this side and never left.
#[must_use]
pub fn not_sent(error: &BoxError) -> bool {
    error.is::<Overloaded>() || error.is::<breaker::CircuitOpen>()
}

/// Whether no answer came in time.
#[must_use]
pub fn too_late(error: &BoxError) -> bool {
    error.is::<Elapsed>()
}

/// The guard in use; shared by all clients of one process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OutgoingCalls(Guard);

impl OutgoingCalls {
    /// The guard of a variant; no call takes longer than `patience`.
    ///
    /// # Errors
    /// When the seam has no such trap.
    pub fn new(variant: &Variant, patience: Duration) -> Result<Self, UnknownTrap> {
        let implementation = Implementation::try_from(variant)?;
        Ok(Self(build!(implementation, chosen => chosen::Guard::new(patience))))
    }

    /// A client of `to` behind its guard. To be called once for each client; its clones share what there is to share.
    pub fn around<A: Send + 'static, B: Send + 'static>(
        &self,
        to: Dependency,
        client: impl Client<A, B>,
    ) -> Guarded<A, B> {
        dispatch!(&self.0, chosen(guard) => guard.around(to, client))
    }

    /// The database connection of one order that is being placed.
    #[must_use]
    pub fn order_connection(&self, pool: &PgPool) -> OrderConnection {
        OrderConnection::new(pool, dispatch!(&self.0, chosen(_guard) => chosen::while_charging))
    }
}
