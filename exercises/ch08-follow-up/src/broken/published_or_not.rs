//! Ticks the event off whether or not the broker has it: to be noticed by the orders of a minute without the broker.

use crate::{FollowUpSteps, Outcome, StepError};

pub(crate) async fn after<S: FollowUpSteps>(steps: &S) -> Result<Outcome, StepError> {
    if let Err(error) = steps.publish().await {
        tracing::warn!(%error, "the event was not published");
    }
    Ok(Outcome::Done)
}
