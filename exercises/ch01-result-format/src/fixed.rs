//! Reads and answers what a list of results shows, and no more: a projection in SQL and the same one in serde.
//!
//! Rendering the description and the specifications of 20 products took most of the time spent on the answer, and
//! made most of its bytes; no client reads them in a list. They stay on the product's own page.

use crate::json_answer::json_answer;
use crate::product_page::stars;
use crate::query::{Page, Search, search_sql};
use crate::{Beside, FormatError};
use axum::response::Response;
use http::HeaderMap;
use serde::Serialize;
use shop::{Money, ProductCard, ProductId};

pub(crate) const SQL: &str = search_sql!(
    "products.id, products.sku, products.name, products.brand, products.category,
           products.price_cents, products.image_url, products.rating"
);

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Row {
    id: i64,
    sku: String,
    name: String,
    brand: String,
    category: String,
    price_cents: i64,
    image_url: String,
    rating: f32,
    available: i32,
}

/// The answer's body.
#[derive(Serialize)]
struct SearchPage<'a> {
    query: &'a str,
    page: u32,
    page_size: u32,
    total: i64,
    hits: Vec<ProductSummary<'a>>,
    recommended: &'a [ProductCard],
}

/// A product as a list shows it.
#[derive(Serialize)]
struct ProductSummary<'a> {
    id: ProductId,
    sku: &'a str,
    name: &'a str,
    brand: &'a str,
    category: &'a str,
    price_cents: Money,
    currency: &'static str,
    image_url: &'a str,
    rating: f64,
    available: i32,
    viewed_recently: u64,
    related: &'a [ProductCard],
}

impl<'a> ProductSummary<'a> {
    fn of(row: &'a Row, beside: &'a Beside) -> Self {
        let id = ProductId(row.id);
        Self {
            id,
            sku: &row.sku,
            name: &row.name,
            brand: &row.brand,
            category: &row.category,
            price_cents: Money(row.price_cents),
            currency: Money::CURRENCY,
            image_url: &row.image_url,
            rating: stars(row.rating),
            available: row.available,
            viewed_recently: beside.viewed_recently.get(&id).copied().unwrap_or(0),
            related: beside.related.get(&id).map_or(&[], Vec::as_slice),
        }
    }
}

pub(crate) fn answer(
    found: Page<Row>,
    search: &Search,
    beside: Beside,
    request: &HeaderMap,
) -> Result<Response, FormatError> {
    let page = SearchPage {
        query: &search.q,
        page: search.page,
        page_size: search.page_size,
        total: found.total,
        hits: found.rows.iter().map(|row| ProductSummary::of(row, &beside)).collect(),
        recommended: &beside.recommended,
    };
    Ok(json_answer(serde_json::to_vec(&page)?, request))
}
