//! What can be changed.

use super::{cart::Cart, customer, order::Order, product};
use crate::{
    cart,
    ordering::{self, OrderRequest},
    state::AppState,
};
use async_graphql::{Context, ID, Object, Result};
use shop::UserId;

/// Changes; each needs a bearer token.
pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Adds to what is in the cart.
    #[graphql(complexity = "20 + child_complexity")]
    async fn add_to_cart(
        &self,
        context: &Context<'_>,
        product_id: ID,
        #[graphql(default = 1)] quantity: u32,
    ) -> Result<Cart> {
        let (user, state) = (customer(context)?, context.data::<AppState>()?);
        let product = product(&product_id)?;
        cart::product_exists(&state.db, product).await?;
        state.carts.add(user, product, quantity).await?;
        view(state, user).await
    }

    /// Sets the quantity of a product, 1 to 99.
    #[graphql(complexity = "20 + child_complexity")]
    async fn set_cart_item(&self, context: &Context<'_>, product_id: ID, quantity: u32) -> Result<Cart> {
        let (user, state) = (customer(context)?, context.data::<AppState>()?);
        let product = product(&product_id)?;
        cart::product_exists(&state.db, product).await?;
        state.carts.set(user, product, quantity).await?;
        view(state, user).await
    }

    /// Removes a product; one that is not there is no error.
    #[graphql(complexity = "20 + child_complexity")]
    async fn remove_from_cart(&self, context: &Context<'_>, product_id: ID) -> Result<Cart> {
        let (user, state) = (customer(context)?, context.data::<AppState>()?);
        state.carts.remove(user, product(&product_id)?).await?;
        view(state, user).await
    }

    /// Orders what is in the cart and charges the card behind the token. The same key twice is one order.
    #[graphql(complexity = "200 + child_complexity")]
    async fn place_order(
        &self,
        context: &Context<'_>,
        payment_token: String,
        idempotency_key: Option<String>,
    ) -> Result<Order> {
        let (user, state) = (customer(context)?, context.data::<AppState>()?);
        let request = OrderRequest { user, payment_token, idempotency_key, items: None };
        let placed = state.orders.place(request).await?;
        Ok(Order(ordering::one(&state.db, user, placed.order).await?))
    }
}

async fn view(state: &AppState, user: UserId) -> Result<Cart> {
    Ok(cart::view(&state.db, &state.carts, user).await?.into())
}
