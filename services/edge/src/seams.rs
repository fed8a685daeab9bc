//! The exchangeable components of this service, built from `VARIANTS`. Nothing else here knows that variants exist.

use edge_caching::EdgeCaching;
use variant::{UnknownTrap, Variants};

/// One of each, in the chosen variant.
#[derive(Clone, Copy)]
pub(crate) struct Seams {
    /// Names the entries of the cache.
    pub(crate) edge_caching: EdgeCaching,
}

impl Seams {
    /// # Errors
    /// When a seam has no such trap.
    pub(crate) fn new(variants: &Variants) -> Result<Self, UnknownTrap> {
        Ok(Self { edge_caching: EdgeCaching::try_from(variants.of(edge_caching::SEAM))? })
    }
}
