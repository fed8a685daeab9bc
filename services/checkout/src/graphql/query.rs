//! What can be queried.

use super::{
    cart::Cart,
    customer, number,
    order::{Order, OrderPage},
};
use crate::{cart, ordering, state::AppState};
use async_graphql::{Context, ID, Object, Result};
use shop::OrderId;

/// Queries; each needs a bearer token.
pub(crate) struct Query;

#[Object]
impl Query {
    /// Your cart.
    // Each read of a store costs 20 more, so that a thousand aliases of one field are refused.
    #[graphql(complexity = "20 + child_complexity")]
    async fn cart(&self, context: &Context<'_>) -> Result<Cart> {
        let (user, state) = (customer(context)?, context.data::<AppState>()?);
        Ok(cart::view(&state.db, &state.carts, user).await?.into())
    }

    /// Your orders, newest first, at most 50 a page.
    #[graphql(complexity = "20 + first as usize * child_complexity")]
    async fn orders(
        &self,
        context: &Context<'_>,
        #[graphql(default = 20, validator(minimum = 1, maximum = 50))] first: u32,
        after: Option<String>,
    ) -> Result<OrderPage> {
        let (user, state) = (customer(context)?, context.data::<AppState>()?);
        let after = after.map(|text| text.parse::<ordering::Cursor>()).transpose()?;
        let (orders, next) = ordering::page(&state.db, user, first, after).await?;
        Ok(OrderPage { nodes: orders.into_iter().map(Order).collect(), next: next.map(|cursor| cursor.to_string()) })
    }

    /// One of your orders; null when there is none of this number.
    #[graphql(complexity = "20 + child_complexity")]
    async fn order(&self, context: &Context<'_>, id: ID) -> Result<Option<Order>> {
        let (user, state) = (customer(context)?, context.data::<AppState>()?);
        match ordering::one(&state.db, user, OrderId(number(&id, "order")?)).await {
            Ok(order) => Ok(Some(Order(order))),
            Err(crate::Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
