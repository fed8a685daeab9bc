//! What the tax partner was told to charge instead of the table's rates.

use crate::vat::{self, Rates};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Rates by country that differ from the table. There are no more of them than the table has countries.
#[derive(Debug, Default)]
pub(crate) struct Tariffs(Mutex<BTreeMap<String, Rates>>);

impl Tariffs {
    /// The rates of a country as they are now, or nothing where the shop does not deliver.
    pub(crate) fn of(&self, country: &str) -> Option<Rates> {
        let table = vat::rates_of(country)?;
        Some(self.changed().get(country).copied().unwrap_or(table))
    }

    /// From now on; `None` where the shop does not deliver.
    pub(crate) fn change(&self, country: &str, rates: Rates) -> Option<()> {
        vat::rates_of(country)?;
        self.changed().insert(country.to_owned(), rates);
        Some(())
    }

    pub(crate) fn reset(&self) {
        self.changed().clear();
    }

    fn changed(&self) -> MutexGuard<'_, BTreeMap<String, Rates>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
