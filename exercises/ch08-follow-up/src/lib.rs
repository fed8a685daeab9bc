//! What happens between the moment an order is stored and the moment its customer gets a reply.
//!
//! A stored order has errands: the customer's letter, analytics, the warehouse, the list of what sells best. The order worker
//! does them for every `order.placed` it gets from the broker. An event that nobody ticks off is published by the outbox two
//! seconds later, so an order whose errands were interrupted ends with the worker too.
//!
//! The contract, whichever implementation runs:
//! - [`Outcome::Done`] means that the errands are done or that the broker has confirmed their event. The event is ticked
//!   off, and nobody will look at it again;
//! - [`Outcome::Waiting`] means that neither is known: the outbox will publish the event;
//! - an error means that an errand failed. The order stands, its event waits in the outbox, and the customer is told;
//! - every errand may be done twice without harm (each goes out under the event's own key), but never not at all;
//! - an order is confirmed by [`Errands::settle`], after all the others.

mod errands;
mod fixed;
mod flawed;
mod traps;
mod yours;

pub use errands::{ErrandError, Errands, Outcome};

use variant::{SeamFuture, UnknownTrap, Variant};

/// This seam's id in `VARIANTS`.
pub const SEAM: &str = "ch08-follow-up";

/// The implementation in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUp {
    /// The one the shop opened with.
    Flawed,
    /// The learner's.
    Yours,
    /// The reference fix.
    Fixed,
    /// The trap `spawn`.
    Spawn,
    /// The trap `join`.
    Join,
}

impl TryFrom<&Variant> for FollowUp {
    type Error = UnknownTrap;

    fn try_from(variant: &Variant) -> Result<Self, UnknownTrap> {
        match variant {
            Variant::Flawed => Ok(Self::Flawed),
            Variant::Yours => Ok(Self::Yours),
            Variant::Fixed => Ok(Self::Fixed),
            Variant::Trap(name) if name == "spawn" => Ok(Self::Spawn),
            Variant::Trap(name) if name == "join" => Ok(Self::Join),
            Variant::Trap(name) => Err(UnknownTrap::of(SEAM, name)),
        }
    }
}

impl FollowUp {
    /// Every implementation, for the tests.
    pub const ALL: [Self; 5] = [Self::Flawed, Self::Yours, Self::Fixed, Self::Spawn, Self::Join];

    /// Called once for every order, right after it was stored; the reply is sent when this is through.
    ///
    /// # Errors
    /// The errand that failed.
    pub fn after<E: Errands>(self, errands: &E) -> SeamFuture<'_, Result<Outcome, ErrandError>> {
        Box::pin(async move {
            match self {
                Self::Flawed => flawed::after(errands).await,
                Self::Yours => yours::after(errands).await,
                Self::Fixed => fixed::after(errands).await,
                Self::Spawn => traps::spawn::after(errands).await,
                Self::Join => traps::join::after(errands).await,
            }
        })
    }
}
