//! Products shown beside the hits of a search: up to four for each, the closest first.
//!
//! The contract, whichever implementation runs:
//! - every hit has an entry, an empty one when nothing is related to it or the catalogue does not know it;
//! - at most [`PER_PRODUCT`] cards each, by falling score, and by id where scores are equal;
//! - a hit given twice has one entry;
//! - dropping the future ends the work, and gives the connection back.

mod fixed;
mod flawed;
mod traps;
mod yours;

use shop::{ProductCard, ProductId};
use sqlx::PgPool;
use std::collections::BTreeMap;
use variant::{SeamFuture, UnknownTrap, Variant};

/// How many related products are shown beside one product.
pub const PER_PRODUCT: usize = 4;

/// The related products of each hit.
pub type Related = BTreeMap<ProductId, Vec<ProductCard>>;

/// The implementation in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelatedProducts {
    /// The one the shop opened with.
    Flawed,
    /// The learner's.
    Yours,
    /// The reference fix.
    Fixed,
    /// The trap `index`.
    Index,
}

/// This seam's id in `VARIANTS`.
pub const SEAM: &str = "ch01-related-products";

impl TryFrom<&Variant> for RelatedProducts {
    type Error = UnknownTrap;

    fn try_from(variant: &Variant) -> Result<Self, UnknownTrap> {
        match variant {
            Variant::Flawed => Ok(Self::Flawed),
            Variant::Yours => Ok(Self::Yours),
            Variant::Fixed => Ok(Self::Fixed),
            Variant::Trap(name) if name == "index" => Ok(Self::Index),
            Variant::Trap(name) => Err(UnknownTrap::of(SEAM, name)),
        }
    }
}

/// Processes that start at the same time change the schema one after the other.
const SCHEMA_LOCK: &str = "select pg_advisory_xact_lock(hashtext('ch01-related-products'))";

impl RelatedProducts {
    /// Every implementation, for the tests.
    pub const ALL: [Self; 4] = [Self::Flawed, Self::Yours, Self::Fixed, Self::Index];

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
        Box::pin(async move {
            match self {
                Self::Flawed => flawed::related(pool, hits).await,
                Self::Yours => yours::related(pool, hits).await,
                Self::Fixed => fixed::related(pool, hits).await,
                Self::Index => traps::index::related(pool, hits).await,
            }
        })
    }

    /// The statement that [`RelatedProducts::of`] sends.
    #[must_use]
    pub fn statement(self) -> &'static str {
        match self {
            Self::Flawed => flawed::SQL,
            Self::Yours => yours::SQL,
            Self::Fixed => fixed::SQL,
            Self::Index => traps::index::SQL,
        }
    }

    fn schema(self) -> &'static str {
        match self {
            Self::Flawed => flawed::SCHEMA,
            Self::Yours => yours::SCHEMA,
            Self::Fixed => fixed::SCHEMA,
            Self::Index => traps::index::SCHEMA,
        }
    }
}
