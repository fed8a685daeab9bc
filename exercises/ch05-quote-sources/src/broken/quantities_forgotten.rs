//! Keeps the tax of a basket by its country and products, without its amounts: to be noticed by other quantities.

use crate::{Addresses, Basket, Suggestions, TaxError, Taxed, fixed};
use shop::ProductId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tonic::Status;

type Kept = HashMap<(String, Vec<ProductId>), Taxed>;

#[derive(Clone, Debug)]
pub(crate) struct Sources {
    asked: fixed::Sources,
    kept: Arc<Mutex<Kept>>,
}

impl Sources {
    pub(crate) fn new(addresses: Addresses) -> Self {
        Self { asked: fixed::Sources::new(addresses), kept: Arc::default() }
    }

    pub(crate) async fn suggestions(&self, products: &[ProductId]) -> Result<Suggestions, Status> {
        self.asked.suggestions(products).await
    }

    pub(crate) async fn tax(&self, basket: &Basket) -> Result<Taxed, TaxError> {
        let key = (basket.country.clone(), basket.lines.iter().map(|line| line.product_id).collect());
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(taxed) = kept {
            return Ok(taxed);
        }
        let taxed = self.asked.tax(basket).await?;
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(key, taxed.clone());
        Ok(taxed)
    }
}
