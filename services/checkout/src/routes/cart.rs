//! `/v1/cart`: look at it, set a product's quantity, remove a product. Each answers with the cart as it is then.

use crate::{
    Error,
    cart::{self, CartView},
    identity::Customer,
    state::AppState,
};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use serving::ValidJson;
use shop::ProductId;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item {
    /// 1 to 99.
    quantity: u32,
}

pub(crate) async fn show(State(state): State<AppState>, Customer(user): Customer) -> Result<Json<CartView>, Error> {
    cart::view(&state.db, &state.carts, user).await.map(Json)
}

pub(crate) async fn set(
    State(state): State<AppState>,
    Customer(user): Customer,
    Path(product): Path<String>,
    ValidJson(Item { quantity }): ValidJson<Item>,
) -> Result<Json<CartView>, Error> {
    let product = product_id(&product)?;
    cart::product_exists(&state.db, product).await?;
    state.carts.set(user, product, quantity).await?;
    cart::view(&state.db, &state.carts, user).await.map(Json)
}

pub(crate) async fn remove(
    State(state): State<AppState>,
    Customer(user): Customer,
    Path(product): Path<String>,
) -> Result<Json<CartView>, Error> {
    state.carts.remove(user, product_id(&product)?).await?;
    cart::view(&state.db, &state.carts, user).await.map(Json)
}

/// A path that is not a number is an unknown product too.
fn product_id(text: &str) -> Result<ProductId, Error> {
    text.parse().map(ProductId).map_err(|_| Error::NotFound("product"))
}
