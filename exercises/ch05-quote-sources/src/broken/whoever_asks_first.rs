//! One call for all quotes of the same length that are in the air at once: to be noticed under load, where a quote is shown
//! what goes with another's products.

use crate::{Addresses, Basket, Suggestions, TaxError, Taxed, fixed};
use shop::ProductId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OnceCell;
use tonic::Status;

/// The calls that have not been answered yet.
type InFlight = HashMap<usize, Arc<OnceCell<Suggestions>>>;

#[derive(Clone, Debug)]
pub(crate) struct Sources {
    asked: fixed::Sources,
    in_flight: Arc<Mutex<InFlight>>,
}

impl Sources {
    pub(crate) fn new(addresses: Addresses) -> Self {
        Self { asked: fixed::Sources::new(addresses), in_flight: Arc::default() }
    }

    pub(crate) async fn suggestions(&self, products: &[ProductId]) -> Result<Suggestions, Status> {
        let call = self.in_flight().entry(products.len()).or_default().clone();
        let found = call.get_or_try_init(|| self.asked.suggestions(products)).await.cloned();
        self.in_flight().remove(&products.len());
        found
    }

    pub(crate) async fn tax(&self, basket: &Basket) -> Result<Taxed, TaxError> {
        self.asked.tax(basket).await
    }

    fn in_flight(&self) -> std::sync::MutexGuard<'_, InFlight> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
