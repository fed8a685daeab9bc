//! Keeps the cards of every product for as long as the process lives: to be noticed when a related product's price changes.

use crate::{Related, fixed};
use shop::{ProductCard, ProductId};
use sqlx::PgPool;
use std::sync::{Mutex, PoisonError};

pub(crate) use crate::fixed::{SCHEMA, SQL};

/// What goes with a product does not change.
static KEPT: Mutex<Related> = Mutex::new(Related::new());

pub(crate) async fn related(pool: &PgPool, hits: &[ProductId]) -> Result<Related, sqlx::Error> {
    let unknown: Vec<ProductId> = hits.iter().copied().filter(|hit| kept(*hit).is_none()).collect();
    let found = fixed::related(pool, &unknown).await?;
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
    Ok(hits.iter().map(|&hit| (hit, kept(hit).unwrap_or_default())).collect())
}

fn kept(hit: ProductId) -> Option<Vec<ProductCard>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).get(&hit).cloned()
}
