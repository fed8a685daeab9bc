//! The application: what it is made of, the seam with the chosen variant, its two routes, and its layers.

use crate::{flights::Flights, lookup, origin::Origin, pass, purge, settings::Settings, store::Store};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn,
    routing::{any, post},
};
use edge_caching::EdgeCaching;
use serving::{AdminToken, Readiness, Shutdown};

/// What every request can reach; cheap to clone.
#[derive(Clone)]
pub(crate) struct Edge {
    pub(crate) caching: EdgeCaching,
    pub(crate) origin: Origin,
    pub(crate) store: Store,
    pub(crate) flights: Flights,
    pub(crate) admin: Option<AdminToken>,
}

/// The service. It is ready without its origin: what it keeps it can serve.
///
/// # Errors
/// When the seam has no such variant.
pub fn app(settings: &Settings, shutdown: Shutdown) -> anyhow::Result<Router> {
    let edge = Edge {
        caching: EdgeCaching::try_from(settings.variants.of(edge_caching::SEAM))?,
        origin: Origin::new(&settings.origin, settings.origin_timeout),
        store: Store::new(settings.cache_bytes),
        flights: Flights::default(),
        admin: settings.admin.clone(),
    };
    Ok(Router::new()
        .route("/edge/purge", post(purge::purge).layer(DefaultBodyLimit::max(pass::BODY_LIMIT)))
        .route("/", any(lookup::answer))
        .route("/{*path}", any(lookup::answer))
        .layer(from_fn(telemetry::http_metrics))
        .layer(telemetry::trace_http())
        .with_state(edge)
        .merge(serving::health(Readiness::new(shutdown))))
}
