//! GraphQL: the schema, its limits, and the handler that runs it.

mod cart;
mod handler;
mod mutation;
mod order;
mod query;

pub(crate) use handler::{page, run, text};

use crate::identity::Customer;
use async_graphql::{Context, EmptySubscription, ID, Schema};
use mutation::Mutation;
use query::Query;
use shop::{ProductId, UserId};

/// The schema of the shop.
pub(crate) type ShopSchema = Schema<Query, Mutation, EmptySubscription>;

/// The deepest useful query, orders with lines with products inside a page, has seven levels.
const DEPTH: usize = 8;
/// GraphiQL's own query for the schema is deeper.
const DEPTH_OF_INTROSPECTION: usize = 16;
/// A page of 50 orders with lines, products and three suggestions beside each, all their fields, costs about 5,800; see the
/// `complexity` of each list.
const COMPLEXITY: usize = 6_000;

/// Builds it; in development it answers introspection queries.
pub(crate) fn schema(development: bool) -> ShopSchema {
    let depth = if development { DEPTH_OF_INTROSPECTION } else { DEPTH };
    let schema = Schema::build(Query, Mutation, EmptySubscription)
        .limit_depth(depth)
        .limit_recursive_depth(DEPTH_OF_INTROSPECTION)
        .limit_complexity(COMPLEXITY)
        .limit_directives(4);
    if development { schema.finish() } else { schema.disable_introspection().disable_suggestions().finish() }
}

/// Whoever asks, or the error `UNAUTHENTICATED`.
fn customer(context: &Context<'_>) -> Result<UserId, crate::Error> {
    match context.data_opt::<Customer>() {
        Some(Customer(user)) => Ok(*user),
        None => Err(crate::Error::Unauthenticated),
    }
}

/// An id that is not a number belongs to nothing.
fn number(id: &ID, what: &'static str) -> Result<i64, crate::Error> {
    id.parse().map_err(|_| crate::Error::NotFound(what))
}

fn product(id: &ID) -> Result<ProductId, crate::Error> {
    number(id, "product").map(ProductId)
}
