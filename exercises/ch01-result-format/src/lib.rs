//! One page of search results: which columns are read from the database, and how they become the answer's body.
//!
//! The contract, whichever implementation runs:
//! - the body has `query`, `page`, `page_size`, `total`, `hits` and `recommended`;
//! - a hit has at least `id`, `sku`, `name`, `brand`, `category`, `price_cents`, `currency`, `image_url`, `rating`,
//!   `available`, `viewed_recently` and `related`: what the list of results shows. Clients read these, with equal values;
//! - hits come by falling rank, and by id where ranks are equal; `total` counts all matches, whatever the page;
//! - an answer is as fresh as the request: prices and stock are those of the moment in which somebody asks;
//! - the answer has an `ETag`, another one for another body; a request that names it in `If-None-Match` gets 304 and no body;
//! - the page is read by one statement (a page past the last result may take a second one, for the total).

mod broken;
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
use variant::{SeamFuture, seam};

seam! {
    "ch01-result-format",
    /// The implementation in use.
    pub enum ResultFormat {
        Compression = traps::compression;
        EtagOfQuery = broken::etag_of_query,
        FewerFields = broken::fewer_fields,
        MiddlePages = broken::middle_pages,
        OneTag = broken::one_tag,
    }
    #[derive(Debug)]
    enum Rows of Page<Row>
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

impl Found {
    /// The products on this page, best match first.
    #[must_use]
    pub fn ids(&self) -> &[ProductId] {
        dispatch!(&self.0, chosen(page) => &page.ids)
    }
}

impl ResultFormat {
    /// Runs the main query.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn find<'a>(self, pool: &'a PgPool, search: &'a Search) -> SeamFuture<'a, Result<Found, sqlx::Error>> {
        let sql = self.statement();
        Box::pin(async move { Ok(Found(build!(self, _chosen => Page::read(pool, sql, search).await?))) })
    }

    /// The statement that [`ResultFormat::find`] sends.
    #[must_use]
    pub fn statement(self) -> &'static str {
        dispatch!(self, chosen => chosen::SQL)
    }
}

/// Turns what was found into the answer to a request with these headers.
///
/// # Errors
/// [`FormatError`]; none is known to happen with what the database holds.
pub fn answer(found: Found, search: &Search, beside: Beside, request: &HeaderMap) -> Result<Response, FormatError> {
    serialization_span!("search page")
        .in_scope(|| dispatch!(found.0, chosen(page) => chosen::answer(page, search, beside, request)))
}
