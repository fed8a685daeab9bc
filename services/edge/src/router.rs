//! Every route, and the layers in their order.

use crate::{lookup, pass, purge, state::AppState};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn,
    routing::{any, post},
};
use serving::{Readiness, Shutdown};

/// The whole service. It is ready without its origin: it can serve what it has stored.
pub(crate) fn router(state: AppState, shutdown: Shutdown) -> Router {
    Router::new()
        .route("/edge/purge", post(purge::purge).layer(DefaultBodyLimit::max(pass::BODY_LIMIT)))
        .route("/", any(lookup::answer))
        .route("/{*path}", any(lookup::answer))
        .layer(from_fn(telemetry::http_metrics))
        .layer(telemetry::trace_http())
        .with_state(state)
        .merge(serving::health(Readiness::new(shutdown)))
}
