//! Errands that write down what was done, in which order, and how many at a time.

use follow_up::{ErrandError, Errands};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// How long each errand takes.
pub(crate) const MOMENT: Duration = Duration::from_millis(20);

/// The errands of one order.
#[derive(Clone, Default)]
pub(crate) struct Day {
    /// Fails with this errand.
    pub(crate) fails: Option<&'static str>,
    done: Arc<Mutex<Vec<&'static str>>>,
}

impl Day {
    pub(crate) fn failing(errand: &'static str) -> Self {
        Self { fails: Some(errand), ..Self::default() }
    }

    /// What is done by now, in the order in which it ended.
    pub(crate) fn done(&self) -> Vec<&'static str> {
        self.done.lock().unwrap().clone()
    }

    async fn run(&self, errand: &'static str) -> Result<(), ErrandError> {
        tokio::time::sleep(MOMENT).await;
        if self.fails == Some(errand) {
            return Err(ErrandError { errand, reason: "it was told to".to_owned() });
        }
        self.done.lock().unwrap().push(errand);
        Ok(())
    }
}

impl Errands for Day {
    async fn write_letter(&self) -> Result<(), ErrandError> {
        self.run("letter").await
    }

    async fn tell_analytics(&self) -> Result<(), ErrandError> {
        self.run("analytics").await
    }

    async fn ship(&self) -> Result<(), ErrandError> {
        self.run("shipment").await
    }

    async fn count_sales(&self) -> Result<(), ErrandError> {
        self.run("sales").await
    }

    async fn settle(&self) -> Result<(), ErrandError> {
        self.run("settled").await
    }

    async fn publish(&self) -> Result<(), ErrandError> {
        self.run("published").await
    }
}
