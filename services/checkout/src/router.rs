//! Every route, and the layers in their order.

use crate::{
    database, graphql,
    routes::{bestsellers, cart, login, orders, quote},
    state::AppState,
};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
    routing::{get, post, put},
};
use serving::{Problem, Readiness, Shutdown};
use std::time::Duration;

/// Longer bodies are refused with 413.
const BODY_LIMIT: usize = 64 * 1024;
/// Slower requests are answered 504. An order that is being placed goes on all the same.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// The whole service; with the GraphiQL page and introspection where `graphiql` says so.
pub(crate) fn router(state: AppState, graphiql: bool, shutdown: Shutdown) -> Router {
    let (db, carts) = (state.db.clone(), state.carts.clone());
    let readiness = Readiness::new(shutdown)
        .check("database", move || {
            let db = db.clone();
            async move { database::ping(&db).await }
        })
        .check("redis", move || {
            let carts = carts.clone();
            async move { carts.ping().await }
        });
    let graphql = if graphiql { post(graphql::run).get(graphql::page) } else { post(graphql::run) };
    Router::new()
        .route("/v1/login", post(login::login))
        .route("/v1/cart", get(cart::show))
        .route("/v1/cart/items/{product_id}", put(cart::set).delete(cart::remove))
        .route("/v1/orders", get(orders::list).post(orders::place))
        .route("/v1/orders/{id}", get(orders::show))
        .route("/v1/bestsellers", get(bestsellers::list))
        .route("/v1/quotes", post(quote::quote))
        .route("/graphql", graphql)
        .route("/graphql/schema", get(graphql::text))
        .layer(Extension(graphql::schema(graphiql)))
        .layer(from_fn(deadline))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(telemetry::http_metrics))
        .layer(telemetry::trace_http())
        .fallback(async || Problem::not_found("there is nothing at this path"))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "/problems/method-not-allowed")
        })
        .with_state(state)
        .merge(serving::health(readiness))
}

async fn deadline(request: Request, next: Next) -> Response {
    tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await.unwrap_or_else(|_| {
        Problem::new(StatusCode::GATEWAY_TIMEOUT, "/problems/timeout").detail("this took too long").into_response()
    })
}
