//! The back office's way to a product: any part of its name or of its SKU, as somebody reads it from a label.
//!
//! The contract, whichever implementation runs:
//! - a product is found when its name or its SKU contains the fragment, wherever in it: in the middle of a word, across
//!   words, with its spaces and punctuation. Not words but characters are compared;
//! - `A` to `Z` are the same as `a` to `z`, all other characters only the same as themselves (the catalogue is sorted
//!   and compared by bytes); `%`, `_` and `\` stand for themselves;
//! - an answer is as fresh as the request: what was written before it, it finds;
//! - up to `limit` products come, by id; `total` counts all that were found, at the same moment;
//! - dropping the future ends the work, and gives the connection back.
//!
//! These are the semantics of `like`, on purpose: an index over trigrams answers them exactly, so every implementation
//! can give the same answers. An index over words (`tsvector`) cannot: it finds whole words and their inflections.
//! The descriptions are left out: the index over these 60 MB took 10 s to build, the one over names and SKUs 0.2 s.

mod broken;
mod fixed;
mod flawed;
mod traps;
mod yours;

use shop::{Money, ProductCard, ProductId};
use sqlx::PgPool;
use variant::{SeamFuture, seam};

seam! {
    "ch07-product-lookup",
    /// The implementation in use.
    pub enum ProductLookup {
        BTree = traps::btree;
        AtStart = broken::at_start,
        DigitsAreSkus = broken::digits_are_skus,
        KnownTerms = broken::known_terms,
    }
}

/// The products that contain a fragment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many there are.
    pub total: i64,
    /// The first of them, by id.
    pub products: Vec<ProductCard>,
}

/// A row as the statements give it: id, SKU, name, price, and how many were found in all.
pub(crate) type Row = (i64, String, String, i64, i64);

impl From<Vec<Row>> for Found {
    fn from(rows: Vec<Row>) -> Self {
        let total = rows.first().map_or(0, |row| row.4);
        let card = |(id, sku, name, price, _)| ProductCard { id: ProductId(id), sku, name, price_cents: Money(price) };
        Self { total, products: rows.into_iter().map(card).collect() }
    }
}

/// The pattern for `like` that finds this fragment anywhere, and nothing else.
pub(crate) fn anywhere(fragment: &str) -> String {
    let mut pattern = String::with_capacity(fragment.len() + 2);
    pattern.push('%');
    for character in fragment.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// Processes that start at the same time change the schema one after the other.
const SCHEMA_LOCK: &str = "select pg_advisory_xact_lock(hashtext('ch07-product-lookup'))";

impl ProductLookup {
    /// Brings the database to the state this implementation expects, without what another one left there. To be called
    /// once, before the first request.
    ///
    /// # Errors
    /// When the database does not answer or refuses the change.
    pub async fn prepare(self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut transaction = pool.begin().await?;
        sqlx::query(SCHEMA_LOCK).execute(&mut *transaction).await?;
        for (owner, index) in [(Self::Fixed, fixed::DROP), (Self::BTree, traps::btree::DROP)] {
            if owner != self {
                sqlx::raw_sql(index).execute(&mut *transaction).await?;
            }
        }
        sqlx::raw_sql(self.schema()).execute(&mut *transaction).await?;
        transaction.commit().await
    }

    /// The first `limit` products that contain the fragment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn containing<'a>(
        self,
        pool: &'a PgPool,
        fragment: &'a str,
        limit: u32,
    ) -> SeamFuture<'a, Result<Found, sqlx::Error>> {
        Box::pin(async move { dispatch!(self, chosen => chosen::containing(pool, fragment, limit).await) })
    }

    /// The statement that [`ProductLookup::containing`] sends.
    #[must_use]
    pub fn statement(self) -> &'static str {
        dispatch!(self, chosen => chosen::SQL)
    }

    fn schema(self) -> &'static str {
        dispatch!(self, chosen => chosen::SCHEMA)
    }
}

#[cfg(test)]
mod tests {
    use super::anywhere;

    #[test]
    fn what_like_would_read_as_a_wildcard_stands_for_itself() {
        assert_eq!(anywhere("100 %_\\ Größe"), "%100 \\%\\_\\\\ Größe%");
        assert_eq!(anywhere(""), "%%");
    }
}
