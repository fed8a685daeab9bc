//! The exchangeable components of this service, built from `VARIANTS`. Nothing else here knows that variants exist.

use crate::cache::Cache;
use anyhow::Context as _;
use edge_caching::EdgeCaching;
use product_lookup::ProductLookup;
use product_pages::ProductPages;
use related_products::RelatedProducts;
use result_format::ResultFormat;
use sqlx::PgPool;
use std::time::Duration;
use variant::Variants;

/// One of each, in the chosen variant; cheap to clone.
#[derive(Clone)]
pub(crate) struct Seams {
    pub(crate) related_products: RelatedProducts,
    pub(crate) result_format: ResultFormat,
    pub(crate) product_pages: ProductPages,
    pub(crate) product_lookup: ProductLookup,
    pub(crate) edge_caching: EdgeCaching,
}

impl Seams {
    /// Builds them, and lets those that need it prepare the database. Product pages are cached for `page_lifetime`.
    ///
    /// # Errors
    /// When a seam has no such trap, or the database refuses.
    pub(crate) async fn new(
        variants: &Variants,
        db: &PgPool,
        cache: &Cache,
        page_lifetime: Duration,
    ) -> anyhow::Result<Self> {
        let (redis, prefix) = cache.parts();
        let seams = Self {
            related_products: RelatedProducts::try_from(variants.of(related_products::SEAM))?,
            result_format: ResultFormat::try_from(variants.of(result_format::SEAM))?,
            product_pages: ProductPages::new(variants.of(product_pages::SEAM), redis, prefix, page_lifetime)?,
            product_lookup: ProductLookup::try_from(variants.of(product_lookup::SEAM))?,
            edge_caching: EdgeCaching::try_from(variants.of(edge_caching::SEAM))?,
        };
        seams.related_products.prepare(db).await.context("preparing the database for related products")?;
        seams.product_lookup.prepare(db).await.context("preparing the database for looking products up")?;
        Ok(seams)
    }
}
