//! What happens between the moment an order is stored and the moment its customer gets a reply.
//!
//! A stored order is followed up in steps: the customer's confirmation, analytics, the warehouse, the list of what sells
//! best. The order worker does them for every `order.placed` it gets from the broker. An event that nobody ticks off is
//! published by the outbox two seconds later, so an order whose steps were interrupted ends with the worker too.
//!
//! The contract, whichever implementation runs:
//! - [`Outcome::Done`] means that the steps are done or that the broker has confirmed their event. The event is ticked
//!   off, and nobody will look at it again;
//! - [`Outcome::Waiting`] means that neither is known: the outbox will publish the event;
//! - an error means that a step failed. The order stands, its event waits in the outbox, and the customer is told;
//! - every step may be done twice without harm (each goes out under the event's own key), but never not at all;
//! - an order is confirmed by [`FollowUpSteps::confirm_order`], after all the others.

mod fixed;
mod flawed;
mod steps;
mod traps;
mod yours;

pub use steps::{FollowUpSteps, Outcome, StepError};

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
    /// The step that failed.
    pub fn after<S: FollowUpSteps>(self, steps: &S) -> SeamFuture<'_, Result<Outcome, StepError>> {
        Box::pin(async move {
            match self {
                Self::Flawed => flawed::after(steps).await,
                Self::Yours => yours::after(steps).await,
                Self::Fixed => fixed::after(steps).await,
                Self::Spawn => traps::spawn::after(steps).await,
                Self::Join => traps::join::after(steps).await,
            }
        })
    }
}
