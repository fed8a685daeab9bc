//! Does what a stored order needs, then lets the customer know.

use crate::{ErrandError, Errands, Outcome};

pub(crate) async fn after<E: Errands>(errands: &E) -> Result<Outcome, ErrandError> {
    errands.write_letter().await?;
    errands.tell_analytics().await?;
    errands.ship().await?;
    errands.count_sales().await?;
    errands.settle().await?;
    Ok(Outcome::Done)
}
