//! A task of its own for the steps: the reply is as quick as with a broker, and the task is only in memory.
//!
//! Every order looks right until the process ends between a reply and the end of its task: a deployment, a crash, a machine
//! that goes away. The event is ticked off by then, so nobody knows that the confirmation was never sent.

use crate::{FollowUpSteps, Outcome, StepError};

pub(crate) async fn after<S: FollowUpSteps>(steps: &S) -> Result<Outcome, StepError> {
    let steps = steps.clone();
    tokio::spawn(async move {
        if let Err(error) = all(&steps).await {
            tracing::error!(%error, "a step failed");
        }
    });
    Ok(Outcome::Done)
}

async fn all<S: FollowUpSteps>(steps: &S) -> Result<(), StepError> {
    steps.send_confirmation().await?;
    steps.notify_analytics().await?;
    steps.ship().await?;
    steps.count_sales().await?;
    steps.confirm_order().await
}
