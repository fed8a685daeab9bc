//! The errands of one stored order, and how they can end.

use std::future::Future;

/// What has to be done for one order. Cheap to clone; every errand may be repeated.
pub trait Errands: Clone + Send + Sync + 'static {
    /// Writes to the customer, by the email partner.
    fn write_letter(&self) -> impl Future<Output = Result<(), ErrandError>> + Send;

    /// Tells the analytics partner what was sold.
    fn tell_analytics(&self) -> impl Future<Output = Result<(), ErrandError>> + Send;

    /// Tells the warehouse to ship.
    fn ship(&self) -> impl Future<Output = Result<(), ErrandError>> + Send;

    /// Brings the list of what sells best, which is kept in Redis, up to date.
    fn count_sales(&self) -> impl Future<Output = Result<(), ErrandError>> + Send;

    /// Writes down that all of these are done: the order is confirmed, and the worker will skip its event.
    fn settle(&self) -> impl Future<Output = Result<(), ErrandError>> + Send;

    /// Publishes the order's event and waits until the broker has confirmed it; the worker does the errands then.
    fn publish(&self) -> impl Future<Output = Result<(), ErrandError>> + Send;
}

/// How an order was left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its errands are done, or its event is known to be with the broker.
    Done,
    /// Neither is known: the outbox has to publish the event.
    Waiting,
}

/// An errand that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{errand}: {reason}")]
pub struct ErrandError {
    /// Which.
    pub errand: &'static str,
    /// Why, for the log.
    pub reason: String,
}
