//! Steps that write down what was done, in which order, and how many at a time.

use follow_up::{FollowUpSteps, StepError};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// How long each step takes.
pub(crate) const MOMENT: Duration = Duration::from_millis(20);

/// The steps of one order.
#[derive(Clone, Default)]
pub(crate) struct Day {
    /// Fails with this step.
    pub(crate) fails: Option<&'static str>,
    done: Arc<Mutex<Vec<&'static str>>>,
}

impl Day {
    pub(crate) fn failing(step: &'static str) -> Self {
        Self { fails: Some(step), ..Self::default() }
    }

    /// What is done by now, in the order in which it ended.
    pub(crate) fn done(&self) -> Vec<&'static str> {
        self.done.lock().unwrap().clone()
    }

    async fn run(&self, step: &'static str) -> Result<(), StepError> {
        tokio::time::sleep(MOMENT).await;
        if self.fails == Some(step) {
            return Err(StepError { step, reason: "it was told to".to_owned() });
        }
        self.done.lock().unwrap().push(step);
        Ok(())
    }
}

impl FollowUpSteps for Day {
    async fn send_confirmation(&self) -> Result<(), StepError> {
        self.run("confirmation").await
    }

    async fn notify_analytics(&self) -> Result<(), StepError> {
        self.run("analytics").await
    }

    async fn ship(&self) -> Result<(), StepError> {
        self.run("shipment").await
    }

    async fn count_sales(&self) -> Result<(), StepError> {
        self.run("sales").await
    }

    async fn confirm_order(&self) -> Result<(), StepError> {
        self.run("settled").await
    }

    async fn publish(&self) -> Result<(), StepError> {
        self.run("published").await
    }
}
