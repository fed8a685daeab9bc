//! The errands of a stored order, as a request does them; the worker does the same for an event (`worker::work`).

use super::{outbox, record::Recorded};
use crate::{Error, app::AppState, database, worker};
use follow_up::{ErrandError, Errands, Outcome};
use shop::OrderPlaced;
use std::{fmt::Display, sync::Arc};
use telemetry::db_span;

pub(crate) const EMAIL: &str = "select email from users where id = $1";

/// Does them for one order.
#[derive(Clone)]
struct OrderErrands {
    state: AppState,
    recorded: Arc<Recorded>,
    /// The event's name, under which everything goes out: the same as the worker uses.
    key: String,
}

/// Follows an order up as the seam says, and ticks its event off where that is done.
///
/// # Errors
/// [`Error::Unconfirmed`]; the event waits in the outbox then.
pub(super) async fn follow_up(state: &AppState, recorded: Recorded) -> Result<(), Error> {
    let (event, order) = (recorded.event, recorded.placed.order_id);
    let errands = OrderErrands { state: state.clone(), recorded: Arc::new(recorded), key: outbox::key(event) };
    match state.follow_up.after(&errands).await {
        Ok(Outcome::Done) => {
            outbox::mark(&state.db, event).await;
            Ok(())
        }
        Ok(Outcome::Waiting) => Ok(()),
        Err(error) => {
            tracing::warn!(%error, %order, "not followed up; the worker will");
            Err(Error::Unconfirmed)
        }
    }
}

impl OrderErrands {
    fn order(&self) -> &OrderPlaced {
        &self.recorded.placed
    }

    async fn email(&self) -> sqlx::Result<String> {
        let mut connection = database::connection(&self.state.db).await?;
        let query = sqlx::query_scalar(EMAIL).bind(self.order().user_id.0).fetch_optional(&mut *connection);
        database::observed(db_span!("users.email", EMAIL), query).await?.ok_or(sqlx::Error::RowNotFound)
    }
}

impl Errands for OrderErrands {
    async fn write_letter(&self) -> Result<(), ErrandError> {
        let email = self.email().await.map_err(|error| failed("letter", &error))?;
        let written = self.state.partners.confirm_by_email(&self.key, &email, self.order()).await;
        written.map_err(|error| failed("letter", &error))
    }

    async fn tell_analytics(&self) -> Result<(), ErrandError> {
        self.state.partners.track(&self.key, self.order()).await.map_err(|error| failed("analytics", &error))
    }

    async fn ship(&self) -> Result<(), ErrandError> {
        self.state.partners.ship(&self.key, self.order()).await.map_err(|error| failed("shipment", &error))
    }

    async fn count_sales(&self) -> Result<(), ErrandError> {
        self.state.sales.count(&self.key, self.order()).await.map_err(|error| failed("sales", &error))
    }

    async fn settle(&self) -> Result<(), ErrandError> {
        worker::confirm(&self.state.db, self.order(), &self.key).await.map_err(|error| failed("confirmation", &error))
    }

    async fn publish(&self) -> Result<(), ErrandError> {
        outbox::publish(&self.state, &self.recorded).await.map_err(|error| failed("event", &error))
    }
}

fn failed(errand: &'static str, error: &dyn Display) -> ErrandError {
    ErrandError { errand, reason: error.to_string() }
}
