//! The application: what it is made of, its routes, and its layers in their order.

use crate::{
    broker::{Publisher, Topology},
    cart::Carts,
    database,
    graphql::{self, Shop},
    identity::Tokens,
    ordering::{outbox, reversal},
    partner::Partners,
    recommendations::Recommendations,
    redis_connection, routes,
    sales::Sales,
    settings::Settings,
};
use anyhow::Context as _;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
};
use follow_up::FollowUp;
use order_details::{Lookups, Sources};
use outgoing_calls::OutgoingCalls;
use password_checks::{PasswordChecks, Passwords};
use quote_sources::{Addresses, QuoteSources};
use serving::{Problem, Readiness, Shutdown};
use sqlx::PgPool;
use std::{sync::Arc, time::Duration};
use tokio::{runtime::Runtime, sync::Notify};
use tokio_util::task::TaskTracker;
use variant::Variants;

/// Longer bodies are refused with 413.
const BODY_LIMIT: usize = 64 * 1024;
/// Slower requests are answered 504. An order that is being placed goes on all the same.
const REQUEST: Duration = Duration::from_secs(15);

/// What every request can reach; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub(crate) db: PgPool,
    pub(crate) carts: Carts,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) passwords: Arc<Passwords>,
    pub(crate) calls: OutgoingCalls,
    pub(crate) partners: Partners,
    pub(crate) publisher: Arc<Publisher>,
    pub(crate) recommendations: Recommendations,
    pub(crate) sales: Sales,
    /// What happens between a stored order and the reply.
    pub(crate) follow_up: FollowUp,
    /// What orders are shown with.
    pub(crate) order_details: Lookups,
    pub(crate) quote_sources: QuoteSources,
    /// Orders being placed and the two loops; waited for at the end.
    pub(crate) tasks: TaskTracker,
    /// Rings when an attempt is to be undone.
    pub(crate) reversal: Arc<Notify>,
    pub(crate) schema: Shop,
    pub(crate) graphiql: bool,
}

/// A running application.
pub struct App {
    /// To be served.
    pub router: Router,
    tasks: TaskTracker,
}

impl App {
    /// Waits, after the shutdown began, until the orders being placed are through and the loops have ended.
    pub async fn finish(self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// The runtime that everything here runs on.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime(settings: &Settings) -> anyhow::Result<Runtime> {
    let checks = PasswordChecks::try_from(settings.process.variants.of(password_checks::SEAM))?;
    checks.runtime().context("starting the runtime")
}

/// The guard around calls to partners and other services, for whichever of the two programs.
pub(crate) fn outgoing_calls(variants: &Variants, patience: Duration) -> anyhow::Result<OutgoingCalls> {
    Ok(OutgoingCalls::new(variants.of(outgoing_calls::SEAM), patience)?)
}

/// Connects to everything, starts the two loops, and builds the router. The broker may be away: orders are accepted.
///
/// # Errors
/// When the database or Redis does not answer, or an address is none.
pub async fn start(settings: &Settings, shutdown: Shutdown) -> anyhow::Result<App> {
    let state = connect(settings).await?;
    if let Err(error) = state.publisher.reconnect().await {
        tracing::warn!(error = format!("{error:#}"), "the broker is away; events wait in the outbox");
    }
    state.tasks.spawn(outbox::relay(state.clone(), shutdown.clone()));
    state.tasks.spawn(reversal::run(state.clone(), shutdown.clone()));
    Ok(App { tasks: state.tasks.clone(), router: router(state, shutdown) })
}

fn router(state: AppState, shutdown: Shutdown) -> Router {
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
    Router::new()
        .merge(routes::login::router())
        .merge(routes::cart::router())
        .merge(routes::orders::router())
        .merge(routes::bestsellers::router())
        .merge(routes::quote::router())
        .merge(graphql::router(state.graphiql))
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
    tokio::time::timeout(REQUEST, next.run(request)).await.unwrap_or_else(|_| {
        Problem::new(StatusCode::GATEWAY_TIMEOUT, "/problems/timeout").detail("this took too long").into_response()
    })
}

async fn connect(settings: &Settings) -> anyhow::Result<AppState> {
    let db = database::connect(&settings.database_url, "checkout", settings.pool_size).await.context("DATABASE_URL")?;
    let redis = redis_connection::connect(&settings.redis_url).await.context("REDIS_URL")?;
    let sample = sqlx::query_scalar(routes::login::SAMPLE).fetch_optional(&db).await.context("reading a user")?;
    let checks = PasswordChecks::try_from(settings.process.variants.of(password_checks::SEAM))?;
    let calls = outgoing_calls(&settings.process.variants, settings.partner_timeout)?;
    let quote_sources = quote_sources(settings)?;
    let topology = Topology::new(&settings.broker.prefix);
    let recommendations = Recommendations::new(settings.recommendations_url.as_deref(), &calls)?;
    let sources = Sources { db: db.clone(), recommendations: recommendations.client() };
    let variants = &settings.process.variants;
    Ok(AppState {
        follow_up: FollowUp::try_from(variants.of(follow_up::SEAM))?,
        order_details: Lookups::new(variants.of(order_details::SEAM), sources)?,
        sales: Sales::new(redis.clone(), &settings.redis_prefix),
        carts: Carts::new(redis, settings.redis_prefix.clone()),
        tokens: Arc::new(Tokens::new(settings.token_secret.as_bytes())),
        passwords: Arc::new(Passwords::new(checks, sample)?),
        partners: Partners::new(&settings.partners_url, &calls)?,
        publisher: Arc::new(Publisher::new(settings.broker.url.clone(), "checkout", topology)),
        recommendations,
        calls,
        quote_sources,
        tasks: TaskTracker::new(),
        reversal: Arc::new(Notify::new()),
        schema: graphql::schema(settings.graphiql),
        graphiql: settings.graphiql,
        db,
    })
}

fn quote_sources(settings: &Settings) -> anyhow::Result<QuoteSources> {
    let recommendations = settings.recommendations_url.as_deref();
    let addresses = Addresses::new(recommendations, &settings.partners_url, settings.partner_timeout)?;
    Ok(QuoteSources::new(settings.process.variants.of(quote_sources::SEAM), addresses)?)
}
