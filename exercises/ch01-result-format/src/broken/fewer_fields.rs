//! Leaves out `viewed_recently`, and all of a related product but its id: to be noticed by reading every field promised.

use crate::json_answer::json_answer;
use crate::product_page::stars;
use crate::query::{Page, Search};
use crate::{Beside, FormatError};
use axum::response::Response;
use http::HeaderMap;
use serde_json::{Value, json};
use shop::Money;

pub(crate) use crate::fixed::SQL;

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

pub(crate) fn answer(
    found: Page<Row>,
    search: &Search,
    beside: Beside,
    request: &HeaderMap,
) -> Result<Response, FormatError> {
    let hits: Vec<Value> = found
        .ids
        .iter()
        .zip(&found.rows)
        .map(|(id, row)| {
            let related: Vec<Value> =
                beside.related.get(id).into_iter().flatten().map(|card| json!({"id": card.id})).collect();
            json!({
                "id": row.id, "sku": row.sku, "name": row.name, "brand": row.brand, "category": row.category,
                "price_cents": row.price_cents, "currency": Money::CURRENCY, "image_url": row.image_url,
                "rating": stars(row.rating), "available": row.available, "related": related,
            })
        })
        .collect();
    let page = json!({
        "query": search.q, "page": search.page, "page_size": search.page_size, "total": found.total,
        "hits": hits, "recommended": beside.recommended,
    });
    Ok(json_answer(serde_json::to_vec(&page)?, request))
}
