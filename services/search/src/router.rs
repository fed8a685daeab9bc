//! Every route, and the layers in their order.

use crate::{database, error, routes, state::AppState, trace_header};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{self, Next},
    routing::get,
};
use http::StatusCode;
use serving::{Problem, Readiness, Shutdown};
use std::{future::ready, time::Duration};
use tower::ServiceBuilder;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The one body that is read, a price, has twenty bytes; whatever is longer is refused early.
const BODY_LIMIT: usize = 1024;
/// By then the client has given up; the work is dropped.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The head of the OpenAPI document; the routes add their paths.
#[derive(OpenApi)]
#[openapi(info(title = "search", description = "Product search, product pages and related products."))]
struct Document;

/// The whole service. It does not wait for recommendations: a search works without them.
pub(crate) fn router(state: AppState, shutdown: Shutdown) -> Router {
    let (db, cache, edge_caching) = (state.db.clone(), state.cache.clone(), state.seams.edge_caching);
    let readiness =
        Readiness::new(shutdown).check("postgres", move || database::ping(db.clone())).check("redis", move || {
            let cache = cache.clone();
            async move { cache.ping().await }
        });
    let layers = ServiceBuilder::new()
        .layer(telemetry::trace_http())
        .layer(middleware::from_fn(telemetry::http_metrics))
        .layer(middleware::map_response(trace_header::name_trace))
        .layer(middleware::map_response(error::explain))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, REQUEST_TIMEOUT))
        .layer(DefaultBodyLimit::max(BODY_LIMIT));
    let (router, document) = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(routes::search::search))
        .routes(routes!(routes::search::trending))
        .routes(routes!(routes::lookup::containing))
        .routes(routes!(routes::product::by_id))
        .routes(routes!(routes::product::by_sku))
        .routes(routes!(routes::product::related))
        .routes(routes!(routes::price::set))
        .routes(routes!(routes::categories::list))
        .split_for_parts();
    router
        .route("/openapi.json", get(move || ready(Json(document.clone()))))
        .fallback(async || Problem::not_found("no such route; /openapi.json lists them"))
        .with_state(state)
        .layer(middleware::from_fn(move |request: Request, next: Next| edge_caching.describe(request, next)))
        .layer(layers)
        .merge(serving::health(readiness))
}
