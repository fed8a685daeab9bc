//! One page of search results: which columns are read from the database, and how they become the answer's body.
//!
//! The contract, whichever implementation runs:
//! - the body has `query`, `page`, `page_size`, `total`, `hits` and `recommended`;
//! - a hit has at least `id`, `sku`, `name`, `brand`, `category`, `price_cents`, `currency`, `image_url`, `rating`,
//!   `available`, `viewed_recently` and `related`: what the list of results shows. Clients read these, with equal values;
//! - hits come by falling rank, and by id where ranks are equal; `total` counts all matches, whatever the page;
//! - the answer has an `ETag`; a request that names it in `If-None-Match` gets 304 and no body;
//! - the page is read by one statement (a page past the last result may take a second one, for the total).

mod fixed;
mod flawed;
mod json_answer;
pub mod product_page;
mod query;
mod traps;
mod yours;

pub use query::{COUNT, Search};

use axum::response::Response;
use http::HeaderMap;
use query::Page;
use shop::{ProductCard, ProductId};
use sqlx::PgPool;
use std::collections::BTreeMap;
use telemetry::serialization_span;
use variant::{SeamFuture, UnknownTrap, Variant};

/// This seam's id in `VARIANTS`.
pub const SEAM: &str = "ch01-result-format";

/// The implementation in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultFormat {
    /// The one the shop opened with.
    Flawed,
    /// The learner's.
    Yours,
    /// The reference fix.
    Fixed,
    /// The trap `compression`.
    Compression,
}

impl TryFrom<&Variant> for ResultFormat {
    type Error = UnknownTrap;

    fn try_from(variant: &Variant) -> Result<Self, UnknownTrap> {
        match variant {
            Variant::Flawed => Ok(Self::Flawed),
            Variant::Yours => Ok(Self::Yours),
            Variant::Fixed => Ok(Self::Fixed),
            Variant::Trap(name) if name == "compression" => Ok(Self::Compression),
            Variant::Trap(name) => Err(UnknownTrap::of(SEAM, name)),
        }
    }
}

/// What a page shows beside what the main query found.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The related products of each hit.
    pub related: BTreeMap<ProductId, Vec<ProductCard>>,
    /// How often each product's page was opened of late; products nobody looked at may be missing.
    pub viewed_recently: BTreeMap<ProductId, u64>,
    /// Products that go together with the hits.
    pub recommended: Vec<ProductCard>,
}

/// Why a page could not be turned into an answer.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// A value has no JSON form.
    #[error("the page has no JSON form: {0}")]
    Json(#[from] serde_json::Error),
    /// The body could not be compressed.
    #[error("the page could not be compressed: {0}")]
    Compress(#[from] std::io::Error),
}

/// What the main query found, in the form the implementation wants it.
#[derive(Debug)]
pub struct Found(Rows);

#[derive(Debug)]
enum Rows {
    Flawed(Page<flawed::Row>),
    Yours(Page<yours::Row>),
    Fixed(Page<fixed::Row>),
    Compression(Page<traps::compression::Row>),
}

impl Found {
    /// The products on this page, best match first.
    #[must_use]
    pub fn ids(&self) -> &[ProductId] {
        match &self.0 {
            Rows::Flawed(page) => &page.ids,
            Rows::Yours(page) => &page.ids,
            Rows::Fixed(page) => &page.ids,
            Rows::Compression(page) => &page.ids,
        }
    }
}

impl ResultFormat {
    /// Every implementation, for the tests.
    pub const ALL: [Self; 4] = [Self::Flawed, Self::Yours, Self::Fixed, Self::Compression];

    /// Runs the main query.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn find<'a>(self, pool: &'a PgPool, search: &'a Search) -> SeamFuture<'a, Result<Found, sqlx::Error>> {
        let sql = self.statement();
        Box::pin(async move {
            Ok(Found(match self {
                Self::Flawed => Rows::Flawed(Page::read(pool, sql, search).await?),
                Self::Yours => Rows::Yours(Page::read(pool, sql, search).await?),
                Self::Fixed => Rows::Fixed(Page::read(pool, sql, search).await?),
                Self::Compression => Rows::Compression(Page::read(pool, sql, search).await?),
            }))
        })
    }

    /// The statement that [`ResultFormat::find`] sends.
    #[must_use]
    pub fn statement(self) -> &'static str {
        match self {
            Self::Flawed => flawed::SQL,
            Self::Yours => yours::SQL,
            Self::Fixed => fixed::SQL,
            Self::Compression => traps::compression::SQL,
        }
    }
}

/// Turns what was found into the answer to a request with these headers.
///
/// # Errors
/// [`FormatError`]; none is known to happen with what the database holds.
pub fn answer(found: Found, search: &Search, beside: Beside, request: &HeaderMap) -> Result<Response, FormatError> {
    serialization_span!("search page").in_scope(|| match found.0 {
        Rows::Flawed(page) => flawed::answer(page, search, beside, request),
        Rows::Yours(page) => yours::answer(page, search, beside, request),
        Rows::Fixed(page) => fixed::answer(page, search, beside, request),
        Rows::Compression(page) => traps::compression::answer(page, search, beside, request),
    })
}
