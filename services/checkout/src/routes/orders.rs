//! `/v1/orders`: place an order of the cart, and look at one's own.

use crate::{
    Error,
    identity::Customer,
    ordering::{self, OrderLine, OrderRequest, OrderSummary, Placed},
    state::AppState,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use serde::{Deserialize, Serialize};
use serving::{Problem, ValidJson, ValidQuery};
use shop::{Money, OrderId, ProductId, UserId};

/// Orders on a page unless the client says otherwise, and the most it may ask for.
const PAGE: u32 = 20;
const LARGEST_PAGE: u32 = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrder {
    /// Stands for the card: `tok_...`.
    payment_token: String,
    /// What to buy at once, without the cart; without it, what is in the cart.
    items: Option<Vec<Item>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    product_id: ProductId,
    /// 1 to 99.
    quantity: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery {
    limit: Option<u32>,
    after: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Order {
    #[serde(flatten)]
    summary: OrderSummary,
    currency: &'static str,
    lines: Vec<OrderLine>,
}

#[derive(Serialize)]
pub(crate) struct Page {
    orders: Vec<OrderSummary>,
    /// For `?after=`; null on the last page.
    next: Option<String>,
}

/// 201 for a new order; 200 where the same `Idempotency-Key` had placed it already.
pub(crate) async fn place(
    State(state): State<AppState>,
    Customer(user): Customer,
    headers: HeaderMap,
    ValidJson(NewOrder { payment_token, items }): ValidJson<NewOrder>,
) -> Result<impl IntoResponse, Error> {
    let key = |value: &axum::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let items = items.map(|items| items.iter().map(|item| (item.product_id, item.quantity)).collect());
    let request = OrderRequest { user, payment_token, idempotency_key: headers.get("idempotency-key").map(key), items };
    let Placed { order, repeated } = state.orders.place(request).await?;
    let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    let location = [(header::LOCATION, format!("/v1/orders/{order}"))];
    Ok((status, location, Json(whole(&state, user, order).await?)))
}

pub(crate) async fn list(
    State(state): State<AppState>,
    Customer(user): Customer,
    ValidQuery(PageQuery { limit, after }): ValidQuery<PageQuery>,
) -> Result<Json<Page>, axum::response::Response> {
    let limit = limit.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(Problem::bad_request(format!("limit must be 1 to {LARGEST_PAGE}")).into_response());
    }
    let after = after.map(|text| text.parse()).transpose().map_err(Error::into_response)?;
    let (orders, next) = ordering::page(&state.db, user, limit, after).await.map_err(Error::into_response)?;
    Ok(Json(Page { orders, next: next.map(|cursor| cursor.to_string()) }))
}

pub(crate) async fn show(
    State(state): State<AppState>,
    Customer(user): Customer,
    Path(id): Path<String>,
) -> Result<Json<Order>, Error> {
    let id = id.parse().map(OrderId).map_err(|_| Error::NotFound("order"))?;
    whole(&state, user, id).await.map(Json)
}

async fn whole(state: &AppState, user: UserId, order: OrderId) -> Result<Order, Error> {
    let summary = ordering::one(&state.db, user, order).await?;
    let lines = ordering::lines_of(&state.db, &[order.0]).await?;
    Ok(Order { summary, currency: Money::CURRENCY, lines })
}
