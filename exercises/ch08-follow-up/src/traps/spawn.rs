//! A task of its own for the errands: the reply is as quick as with a broker, and the task is only in memory.
//!
//! Every order looks right until the process ends between a reply and the end of its task: a deployment, a crash, a machine
//! that goes away. The event is ticked off by then, so nobody knows that the letter was never written.

use crate::{ErrandError, Errands, Outcome};

pub(crate) async fn after<E: Errands>(errands: &E) -> Result<Outcome, ErrandError> {
    let errands = errands.clone();
    tokio::spawn(async move {
        if let Err(error) = all(&errands).await {
            tracing::error!(%error, "an errand failed");
        }
    });
    Ok(Outcome::Done)
}

async fn all<E: Errands>(errands: &E) -> Result<(), ErrandError> {
    errands.write_letter().await?;
    errands.tell_analytics().await?;
    errands.ship().await?;
    errands.count_sales().await?;
    errands.settle().await
}
