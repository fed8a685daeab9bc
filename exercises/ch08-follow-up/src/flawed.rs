//! Does what a stored order needs, then lets the customer know.

use crate::{FollowUpSteps, Outcome, StepError};

pub(crate) async fn after<S: FollowUpSteps>(steps: &S) -> Result<Outcome, StepError> {
    steps.send_confirmation().await?;
    steps.notify_analytics().await?;
    steps.ship().await?;
    steps.count_sales().await?;
    steps.confirm_order().await?;
    Ok(Outcome::Done)
}
