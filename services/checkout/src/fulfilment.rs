//! Fulfilment: everything that follows from a stored order, for whoever does it, a request or the order worker.
//!
//! Every step may be repeated without harm. The partners are asked under the event's key, so asking again has no second
//! effect; sales are counted once per key; the order is confirmed in the statement that also remembers the key.

use crate::{
    database,
    partner::{CallError, Partners},
    sales::Sales,
};
use shop::{OrderPlaced, UserId};
use sqlx::PgPool;
use telemetry::db_span;

pub(crate) const EMAIL: &str = "select email from users where id = $1";

pub(crate) const CONFIRM: &str = "\
    with message as (insert into processed_messages (message_id) values ($2) on conflict do nothing)
    update orders set status = 'confirmed' where id = $1 and status = 'placed'";

/// Does the steps; cheap to clone.
#[derive(Clone)]
pub(crate) struct Fulfilment {
    pub(crate) db: PgPool,
    pub(crate) partners: Partners,
    pub(crate) sales: Sales,
}

/// A step that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FulfilmentError {
    /// A partner refused, or could not be asked.
    #[error("{0}: {1}")]
    Partner(&'static str, CallError),
    /// Redis does not answer.
    #[error("the list of sales: {0}")]
    Sales(redis::RedisError),
    /// Our own database does not answer.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Fulfilment {
    /// All steps, the confirmation of the order last. `key` is the event's, `email` the customer's address.
    ///
    /// # Errors
    /// The first step that failed; those after it are not done.
    pub(crate) async fn run(&self, key: &str, email: &str, order: &OrderPlaced) -> Result<(), FulfilmentError> {
        self.ship(key, order).await?;
        self.send_confirmation(key, email, order).await?;
        self.notify_analytics(key, order).await?;
        self.count_sales(key, order).await?;
        self.confirm(key, order).await
    }

    /// Tells the warehouse to ship.
    pub(crate) async fn ship(&self, key: &str, order: &OrderPlaced) -> Result<(), FulfilmentError> {
        let shipped = self.partners.ship(key, order).await;
        shipped.map_err(|error| FulfilmentError::Partner("the warehouse", error))
    }

    /// Sends the customer a confirmation by email.
    pub(crate) async fn send_confirmation(
        &self,
        key: &str,
        email: &str,
        order: &OrderPlaced,
    ) -> Result<(), FulfilmentError> {
        let sent = self.partners.send_confirmation(key, email, order).await;
        sent.map_err(|error| FulfilmentError::Partner("the email", error))
    }

    /// Tells analytics what was sold.
    pub(crate) async fn notify_analytics(&self, key: &str, order: &OrderPlaced) -> Result<(), FulfilmentError> {
        let tracked = self.partners.track(key, order).await;
        tracked.map_err(|error| FulfilmentError::Partner("analytics", error))
    }

    /// Updates the list of what sells best.
    pub(crate) async fn count_sales(&self, key: &str, order: &OrderPlaced) -> Result<(), FulfilmentError> {
        self.sales.count(key, order).await.map_err(FulfilmentError::Sales)
    }

    /// Records that all the other steps are done: the order is confirmed, and the worker will skip its event.
    pub(crate) async fn confirm(&self, key: &str, order: &OrderPlaced) -> Result<(), FulfilmentError> {
        let mut connection = database::connection(&self.db).await?;
        let query = sqlx::query(CONFIRM).bind(order.order_id.0).bind(key).execute(&mut *connection);
        database::observed(db_span!("worker.confirm", CONFIRM), query).await?;
        Ok(())
    }

    /// The address of a customer.
    pub(crate) async fn email_of(&self, user: UserId) -> Result<String, FulfilmentError> {
        let mut connection = database::connection(&self.db).await?;
        let query = sqlx::query_scalar(EMAIL).bind(user.0).fetch_optional(&mut *connection);
        let email = database::observed(db_span!("users.email", EMAIL), query).await?;
        Ok(email.ok_or(sqlx::Error::RowNotFound)?)
    }
}
