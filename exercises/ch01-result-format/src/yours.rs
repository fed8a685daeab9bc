//! Reads a page of products and answers it as JSON.

use crate::json_answer::json_answer;
use crate::product_page::{ProductPage, ProductRow};
use crate::query::{Page, Search, search_sql};
use crate::{Beside, FormatError};
use axum::response::Response;
use http::HeaderMap;
use serde::Serialize;
use serde_json::Value;
use shop::ProductCard;

pub(crate) const SQL: &str = search_sql!("products.*");

pub(crate) type Row = ProductRow;

/// The answer's body.
#[derive(Serialize)]
struct SearchPage<'a> {
    query: &'a str,
    page: u32,
    page_size: u32,
    total: i64,
    hits: Vec<Hit>,
    recommended: Vec<ProductCard>,
}

/// A product, as its page has it, and what is shown beside it.
#[derive(Serialize)]
struct Hit {
    #[serde(flatten)]
    product: ProductPage,
    viewed_recently: u64,
    related: Vec<ProductCard>,
}

pub(crate) fn answer(
    found: Page<Row>,
    search: &Search,
    beside: Beside,
    request: &HeaderMap,
) -> Result<Response, FormatError> {
    Ok(json_answer(body(found, search, beside)?, request))
}

pub(crate) fn body(found: Page<Row>, search: &Search, mut beside: Beside) -> Result<Vec<u8>, FormatError> {
    let hits = found.rows.into_iter().map(ProductPage::from).map(|product| Hit {
        viewed_recently: beside.viewed_recently.get(&product.id).copied().unwrap_or(0),
        related: beside.related.remove(&product.id).unwrap_or_default(),
        product,
    });
    let mut page = serde_json::to_value(SearchPage {
        query: &search.q,
        page: search.page,
        page_size: search.page_size,
        total: found.total,
        hits: hits.collect(),
        recommended: beside.recommended,
    })?;
    drop_nulls(&mut page);
    Ok(serde_json::to_vec(&page)?)
}

/// Clients take a missing field for "not known"; some of them stumble over a null.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        _ => {}
    }
}
