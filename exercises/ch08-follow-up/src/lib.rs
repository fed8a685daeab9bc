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
//! - a stored order is charged, shipped, written about and told to analytics once, and confirmed, within seconds after its reply
//!   (a partner that is away counts from its return); in a process that was started again as in any other;
//! - every step may be done twice without harm (each goes out under the event's own key), but never not at all;
//! - an order is confirmed by [`FollowUpSteps::confirm_order`], after all the others.

mod broken;
mod fixed;
mod flawed;
mod steps;
mod traps;
mod yours;

pub use steps::{FollowUpSteps, Outcome, StepError};

use variant::{SeamFuture, seam};

seam! {
    "ch08-follow-up",
    /// The implementation in use.
    pub enum FollowUp {
        Join = traps::join, Spawn = traps::spawn;
        NotAwaited = broken::not_awaited,
        PublishedOrNot = broken::published_or_not,
        SampledOnly = broken::sampled_only,
        SecondProcess = broken::second_process,
    }
}

impl FollowUp {
    /// Called once for every order, right after it was stored; the reply is sent when this is through.
    ///
    /// # Errors
    /// The step that failed.
    pub fn after<S: FollowUpSteps>(self, steps: &S) -> SeamFuture<'_, Result<Outcome, StepError>> {
        Box::pin(async move { dispatch!(self, chosen => chosen::after(steps).await) })
    }
}
