//! Every route, and the layers in their order; each partner's routes behave as declared.

use crate::{
    Config, Name,
    conduct::conduct,
    routes::{admin, analytics, books, email, identity, payment, tax, warehouse},
    state::AppState,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    routing::{get, post, put},
};
use serving::{Problem, Readiness, Shutdown};
use std::sync::Arc;

/// Longer bodies are refused with 413.
const BODY_LIMIT: usize = 64 * 1024;

/// All partners, behaving as `config` says until they are told otherwise. Hanging calls end when the shutdown begins.
pub fn app(config: &Config, shutdown: Shutdown) -> Router {
    let state = Arc::new(AppState::new(config));
    // In front of a partner's routes: its delay, its failures, its counts.
    let conducted = |name: Name, routes: Router<Arc<AppState>>| {
        let partner = (Arc::clone(state.partner(name)), shutdown.clone());
        routes.route_layer(middleware::from_fn_with_state(partner, conduct))
    };
    let payment = Router::new()
        .route("/payment/authorize", post(payment::authorize))
        .route("/payment/capture", post(payment::capture))
        .route("/payment/void", post(payment::void))
        .route("/payment/charge", post(payment::charge))
        .route("/payment/charges/{reference}", get(payment::look_up));
    let identity = Router::new()
        .route("/identity/tokens", post(identity::issue))
        .route("/identity/introspect", post(identity::introspect));
    Router::new()
        .merge(conducted(Name::Payment, payment))
        .merge(conducted(Name::Email, Router::new().route("/email/messages", post(email::send))))
        .merge(conducted(Name::Warehouse, Router::new().route("/warehouse/shipments", post(warehouse::ship))))
        .merge(conducted(Name::Tax, Router::new().route("/tax/rates", post(tax::rates))))
        .merge(conducted(Name::Identity, identity))
        .merge(conducted(Name::Analytics, Router::new().route("/analytics/events", post(analytics::track))))
        // For tests to look into: no part of what the partners sell, so neither delayed nor counted.
        .route("/email/messages", get(email::sent))
        .route("/warehouse/shipments/{order_id}", get(warehouse::look_up))
        .layer(middleware::from_fn(telemetry::http_metrics))
        .layer(telemetry::trace_http())
        .route("/admin/partners", get(admin::list))
        .route("/admin/partners/{name}", get(admin::show).put(admin::change))
        .route("/admin/partners/{name}/calls", get(admin::calls))
        .route("/admin/tax/rates/{country}", put(tax::change))
        .route("/admin/books", get(books::show))
        .route("/admin/reset", post(admin::reset))
        .fallback(async || Problem::not_found("there is nothing at this path"))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "/problems/method-not-allowed")
        })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(state)
        .merge(serving::health(Readiness::new(shutdown)))
}
