//! Products shown beside the hits of a search: up to four for each, the closest first.
//!
//! The contract, whichever implementation runs:
//! - every hit has an entry, an empty one when nothing is related to it or the catalogue does not know it;
//! - at most [`PER_PRODUCT`] cards each, by falling score, and by id where scores are equal;
//! - a hit given twice has one entry;
//! - an answer is as fresh as the request: names, prices and scores are those of the moment in which somebody asks, whoever
//!   changed them;
//! - dropping the future ends the work, and gives the connection back.

mod broken;
mod fixed;
mod flawed;
mod traps;
mod yours;

use shop::{ProductCard, ProductId};
use sqlx::PgPool;
use std::collections::BTreeMap;
use variant::{SeamFuture, seam};

/// How many related products are shown beside one product.
pub const PER_PRODUCT: usize = 4;

/// The related products of each hit.
pub type Related = BTreeMap<ProductId, Vec<ProductCard>>;

seam! {
    "ch01-related-products",
    /// The implementation in use.
    pub enum RelatedProducts {
        Index = traps::index;
        FortyAnswers = broken::forty_answers,
        KeptForever = broken::kept_forever,
        MiddlePages = broken::middle_pages,
        SampledOnly = broken::sampled_only,
        Unspanned = broken::unspanned,
    }
}

/// Processes that start at the same time change the schema one after the other.
const SCHEMA_LOCK: &str = "select pg_advisory_xact_lock(hashtext('ch01-related-products'))";

impl RelatedProducts {
    /// Brings the database to the state this implementation expects. To be called once, before the first request.
    ///
    /// # Errors
    /// When the database does not answer or refuses the change.
    pub async fn prepare(self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut transaction = pool.begin().await?;
        sqlx::query(SCHEMA_LOCK).execute(&mut *transaction).await?;
        sqlx::raw_sql(self.schema()).execute(&mut *transaction).await?;
        transaction.commit().await
    }

    /// The related products of each hit.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn of<'a>(self, pool: &'a PgPool, hits: &'a [ProductId]) -> SeamFuture<'a, Result<Related, sqlx::Error>> {
        Box::pin(async move { dispatch!(self, chosen => chosen::related(pool, hits).await) })
    }

    /// The statement that [`RelatedProducts::of`] sends.
    #[must_use]
    pub fn statement(self) -> &'static str {
        dispatch!(self, chosen => chosen::SQL)
    }

    fn schema(self) -> &'static str {
        dispatch!(self, chosen => chosen::SCHEMA)
    }
}
