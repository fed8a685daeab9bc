//! `GET /v1/bestsellers`: the products sold most since counting began.

use crate::{Error, database, state::AppState};
use axum::{Json, extract::State, response::IntoResponse as _};
use serde::{Deserialize, Serialize};
use serving::{Problem, ValidQuery};
use std::collections::HashMap;
use telemetry::db_span;

pub(crate) const CARDS: &str = "select id, sku, name, price_cents from products where id = any($1)";

/// Products unless the client says otherwise, and the most it may ask for.
const DEFAULT_LIMIT: u32 = 10;
const MOST: u32 = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    limit: Option<u32>,
}

#[derive(Serialize)]
pub(crate) struct Bestsellers {
    products: Vec<Bestseller>,
}

#[derive(Serialize)]
struct Bestseller {
    id: i64,
    sku: String,
    name: String,
    price_cents: i64,
    /// Pieces.
    sold: u64,
}

pub(crate) async fn list(
    State(state): State<AppState>,
    ValidQuery(Query { limit }): ValidQuery<Query>,
) -> Result<Json<Bestsellers>, axum::response::Response> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::bad_request(format!("limit must be 1 to {MOST}")).into_response());
    }
    find(&state, limit).await.map(Json).map_err(Error::into_response)
}

async fn find(state: &AppState, limit: u32) -> Result<Bestsellers, Error> {
    let best = state.sales.best(limit).await?;
    if best.is_empty() {
        return Ok(Bestsellers { products: Vec::new() });
    }
    let ids: Vec<i64> = best.iter().map(|(product, _)| product.0).collect();
    let mut connection = database::connection(&state.db).await?;
    let query = sqlx::query_as(CARDS).bind(ids).fetch_all(&mut *connection);
    let cards: Vec<(i64, String, String, i64)> =
        database::observed(db_span!("bestsellers.cards", CARDS), query).await?;
    let mut cards: HashMap<i64, (String, String, i64)> =
        cards.into_iter().map(|(id, sku, name, cents)| (id, (sku, name, cents))).collect();
    let shown = best.into_iter().filter_map(|(product, sold)| {
        let (sku, name, price_cents) = cards.remove(&product.0)?;
        Some(Bestseller { id: product.0, sku, name, price_cents, sold })
    });
    Ok(Bestsellers { products: shown.collect() })
}
