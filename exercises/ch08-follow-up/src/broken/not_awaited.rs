//! Publishes in a task that nobody waits for: to be noticed by an order whose process ends, or whose broker is away, right
//! after the reply.

use crate::{FollowUpSteps, Outcome, StepError};

pub(crate) async fn after<S: FollowUpSteps>(steps: &S) -> Result<Outcome, StepError> {
    let steps = steps.clone();
    tokio::spawn(async move {
        if let Err(error) = steps.publish().await {
            tracing::error!(%error, "the event was not published");
        }
    });
    Ok(Outcome::Done)
}
