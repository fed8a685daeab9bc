//! Learns every rate once and works the tax out itself from then on: to be noticed when a tariff changes, or by counting the
//! partner's calls, of which there has to be one a quote.

use crate::{Addresses, Basket, Suggestions, TaxError, Taxed, TaxedLine, fixed};
use shop::{Money, ProductId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tonic::Status;

#[derive(Clone, Debug)]
pub(crate) struct Sources {
    asked: fixed::Sources,
    /// Hundredths of a percent, by country and category.
    rates: Arc<Mutex<HashMap<(String, String), i64>>>,
}

impl Sources {
    pub(crate) fn new(addresses: Addresses) -> Self {
        Self { asked: fixed::Sources::new(addresses), rates: Arc::default() }
    }

    pub(crate) async fn suggestions(&self, products: &[ProductId]) -> Result<Suggestions, Status> {
        self.asked.suggestions(products).await
    }

    pub(crate) async fn tax(&self, basket: &Basket) -> Result<Taxed, TaxError> {
        if let Some(taxed) = self.worked_out(basket) {
            return Ok(taxed);
        }
        let taxed = self.asked.tax(basket).await?;
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        for (line, taxed) in basket.lines.iter().zip(&taxed.lines) {
            rates.insert((basket.country.clone(), line.category.clone()), taxed.rate_basis_points);
        }
        Ok(taxed)
    }

    /// Rounded half up, line by line, as the partner does; nothing where a rate is not known yet.
    fn worked_out(&self, basket: &Basket) -> Option<Taxed> {
        let rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = basket.lines.iter().map(|line| {
            let rate_basis_points = *rates.get(&(basket.country.clone(), line.category.clone()))?;
            let tax_cents = Money((line.amount_cents.0 * rate_basis_points + 5_000) / 10_000);
            Some(TaxedLine { product_id: line.product_id, rate_basis_points, tax_cents })
        });
        let lines: Vec<TaxedLine> = lines.collect::<Option<_>>()?;
        let total_tax_cents = Money(lines.iter().map(|line| line.tax_cents.0).sum());
        Some(Taxed { lines, total_tax_cents })
    }
}
