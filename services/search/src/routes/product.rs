//! A product's page, by id and by SKU, and the products related to it.

use crate::{Error, state::AppState};
use axum::{
    Extension, Json,
    extract::{Path, State},
};
use edge_caching::CacheTags;
use result_format::product_page::{ProductPage, ProductRow};
use shop::{Money, ProductCard, ProductId, Sku};
use sqlx::PgPool;
use telemetry::{db_span, serialization_span};
use tracing::Instrument as _;

use super::search::Card;

/// A product and how many of it there are.
pub const PRODUCT: &str = "
    select products.*, coalesce(stock.available, 0) as available
    from products left join stock on stock.product_id = products.id
    where products.id = $1";
/// How many of a product there are, and what it costs.
pub const AVAILABLE: &str = "
    select coalesce(stock.available, 0), products.price_cents
    from products left join stock on stock.product_id = products.id
    where products.id = $1";
/// The product with a SKU.
pub const BY_SKU: &str = "select id from products where sku = $1";

/// An answer together with the products it shows.
type Showing<T> = (Extension<CacheTags>, Json<T>);

/// The page of a product.
#[utoipa::path(get, path = "/v1/products/{id}", params(("id" = i64, Path)), responses(
    (status = 200, body = ProductPage), (status = 400, description = "no number of 64 bits"), (status = 404)))]
pub(crate) async fn by_id(State(state): State<AppState>, Path(id): Path<i64>) -> Result<Showing<ProductPage>, Error> {
    let page = page(&state, ProductId(id)).await?;
    page.map(showing).ok_or_else(|| Error::NotFound(format!("no product has the id {id}")))
}

/// The page of the product with a SKU.
#[utoipa::path(get, path = "/v1/products/by-sku/{sku}", 
    params(("sku" = String, Path, pattern = "^[A-Z]{3}-[0-9]{6,9}$")), responses(
    (status = 200, body = ProductPage), (status = 400, description = "no SKU"), (status = 404)))]
pub(crate) async fn by_sku(
    State(state): State<AppState>,
    Path(sku): Path<String>,
) -> Result<Showing<ProductPage>, Error> {
    let sku: Sku = sku.parse().map_err(|e: shop::SkuError| Error::Invalid(e.to_string()))?;
    let query = sqlx::query_scalar(BY_SKU).bind(sku.as_str()).fetch_optional(&state.db);
    let id: Option<i64> = query.instrument(db_span!("products.by_sku", BY_SKU)).await?;
    let page = match id {
        Some(id) => page(&state, ProductId(id)).await?,
        None => None,
    };
    page.map(showing).ok_or_else(|| Error::NotFound(format!("no product has the SKU {sku}")))
}

/// Products related to one, the closest first.
#[utoipa::path(get, path = "/v1/products/{id}/related", params(("id" = i64, Path)), responses(
    (status = 200, body = [Card]), (status = 400, description = "no number of 64 bits"), (status = 404)))]
pub(crate) async fn related(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Showing<Vec<ProductCard>>, Error> {
    available(&state, ProductId(id)).await?.ok_or_else(|| Error::NotFound(format!("no product has the id {id}")))?;
    let mut related = state.seams.related_products.of(&state.db, &[ProductId(id)]).await?;
    let related = related.remove(&ProductId(id)).unwrap_or_default();
    let products = related.iter().map(|card| card.id).chain([ProductId(id)]).collect();
    Ok((Extension(CacheTags { products, by_language: false }), Json(related)))
}

fn showing(page: ProductPage) -> Showing<ProductPage> {
    (Extension(CacheTags { products: vec![page.id], by_language: false }), Json(page))
}

/// The texts may come from the cache. The stock never does, it changes with every order; nor does the price, which somebody
/// may have changed a moment ago.
async fn page(state: &AppState, id: ProductId) -> Result<Option<ProductPage>, Error> {
    let db = state.db.clone();
    let Some(json) = state.seams.product_pages.get(id, async move { rendered(&db, id).await }).await? else {
        return Ok(None);
    };
    let page = match serde_json::from_str(&json) {
        Ok(page) => Some(page),
        Err(error) => {
            tracing::warn!(%error, "what is cached is no page");
            row(&state.db, id).await?.map(ProductPage::from)
        }
    };
    let (Some(page), Some((available, price_cents))) = (page, available(state, id).await?) else { return Ok(None) };
    state.cache.count_view(id).await;
    Ok(Some(ProductPage { available, price_cents, ..page }))
}

async fn rendered(db: &PgPool, id: ProductId) -> Result<Option<String>, sqlx::Error> {
    let Some(row) = row(db, id).await? else { return Ok(None) };
    let json = serialization_span!("product page").in_scope(|| serde_json::to_string(&ProductPage::from(row)));
    json.map(Some).map_err(|error| sqlx::Error::Decode(error.into()))
}

async fn row(db: &PgPool, id: ProductId) -> Result<Option<ProductRow>, sqlx::Error> {
    let query = sqlx::query_as(PRODUCT).bind(id.0).fetch_optional(db);
    query.instrument(db_span!("products.page", PRODUCT)).await
}

async fn available(state: &AppState, id: ProductId) -> Result<Option<(i32, Money)>, sqlx::Error> {
    let query = sqlx::query_as(AVAILABLE).bind(id.0).fetch_optional(&state.db);
    let found: Option<(i32, i64)> = query.instrument(db_span!("products.available", AVAILABLE)).await?;
    Ok(found.map(|(available, cents)| (available, Money(cents))))
}
