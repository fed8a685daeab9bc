//! The steps of one stored order, and how they can end.

use std::future::Future;

/// What has to be done for one order. Cheap to clone; every step may be repeated.
pub trait FollowUpSteps: Clone + Send + Sync + 'static {
    /// Writes to the customer, by the email partner.
    fn send_confirmation(&self) -> impl Future<Output = Result<(), StepError>> + Send;

    /// Tells the analytics partner what was sold.
    fn notify_analytics(&self) -> impl Future<Output = Result<(), StepError>> + Send;

    /// Tells the warehouse to ship.
    fn ship(&self) -> impl Future<Output = Result<(), StepError>> + Send;

    /// Brings the list of what sells best, which is kept in Redis, up to date.
    fn count_sales(&self) -> impl Future<Output = Result<(), StepError>> + Send;

    /// Writes down that all of these are done: the order is confirmed, and the worker will skip its event.
    fn confirm_order(&self) -> impl Future<Output = Result<(), StepError>> + Send;

    /// Publishes the order's event and waits until the broker has confirmed it; the worker does the steps then.
    fn publish(&self) -> impl Future<Output = Result<(), StepError>> + Send;
}

/// How an order was left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its steps are done, or its event is known to be with the broker.
    Done,
    /// Neither is known: the outbox has to publish the event.
    Waiting,
}

/// A step that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{step}: {reason}")]
pub struct StepError {
    /// Which.
    pub step: &'static str,
    /// Why, for the log.
    pub reason: String,
}
