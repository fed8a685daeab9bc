//! The application: what it needs, its seams with the chosen variants, the whole router, and the layers in their order.

use crate::{Settings, cache::Cache, error, recommendations::Recommendations, routes, trace_header};
use anyhow::Context as _;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{self, Next},
};
use edge_caching::EdgeCaching;
use http::StatusCode;
use product_lookup::ProductLookup;
use product_pages::ProductPages;
use related_products::RelatedProducts;
use result_format::ResultFormat;
use serving::{AdminToken, Problem, Readiness, Shutdown};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool, postgres::PgPoolOptions};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::timeout::TimeoutLayer;
use utoipa::{OpenApi, openapi};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The one body that is read, a price, has twenty bytes; whatever is longer is refused early.
const BODY_LIMIT: usize = 1024;
/// Past this the client has given up; the work is dropped.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// What the handlers share.
#[derive(Clone)]
pub struct App {
    pub(crate) db: PgPool,
    pub(crate) cache: Cache,
    pub(crate) recommendations: Recommendations,
    pub(crate) related_products: RelatedProducts,
    pub(crate) result_format: ResultFormat,
    pub(crate) product_pages: ProductPages,
    pub(crate) product_lookup: ProductLookup,
    pub(crate) edge_caching: EdgeCaching,
    pub(crate) admin: Option<AdminToken>,
}

/// The service, its dependencies reached.
///
/// # Errors
/// When the database or Redis does not answer, or a URL is none.
pub async fn app(settings: &Settings, shutdown: Shutdown) -> anyhow::Result<Router> {
    let app = App::connect(settings).await?;
    let (db, cache, edge_caching) = (app.db.clone(), app.cache.clone(), app.edge_caching);
    // Not recommendations: a search without them is a search.
    let readiness = Readiness::new(shutdown)
        .check("postgres", move || ping(db.clone()))
        .check("redis", move || ping_cache(cache.clone()));
    let (router, _) = api().split_for_parts();
    let layers = ServiceBuilder::new()
        .layer(telemetry::trace_http())
        .layer(middleware::from_fn(telemetry::http_metrics))
        .layer(middleware::map_response(trace_header::name_trace))
        .layer(middleware::map_response(error::explain))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, REQUEST_TIMEOUT))
        .layer(DefaultBodyLimit::max(BODY_LIMIT));
    let router = router
        .route("/openapi.json", axum::routing::get(routes::openapi::document))
        .fallback(async || Problem::not_found("no such route; /openapi.json lists them"))
        .with_state(app)
        .layer(middleware::from_fn(move |request: Request, next: Next| edge_caching.describe(request, next)))
        .layer(layers);
    Ok(router.merge(serving::health(readiness)))
}

/// Every route that the document describes.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(routes::openapi::Document::openapi())
        .routes(routes!(routes::search::search))
        .routes(routes!(routes::search::trending))
        .routes(routes!(routes::lookup::containing))
        .routes(routes!(routes::product::by_id))
        .routes(routes!(routes::product::by_sku))
        .routes(routes!(routes::product::related))
        .routes(routes!(routes::price::set))
        .routes(routes!(routes::categories::list))
}

/// The OpenAPI document.
#[must_use]
pub fn open_api() -> openapi::OpenApi {
    api().split_for_parts().1
}

impl App {
    async fn connect(settings: &Settings) -> anyhow::Result<Self> {
        let related_products = RelatedProducts::try_from(settings.variants.of(related_products::SEAM))?;
        let result_format = ResultFormat::try_from(settings.variants.of(result_format::SEAM))?;
        let product_lookup = ProductLookup::try_from(settings.variants.of(product_lookup::SEAM))?;
        let edge_caching = EdgeCaching::try_from(settings.variants.of(edge_caching::SEAM))?;
        let db = database(settings).await?;
        related_products.prepare(&db).await.context("preparing the database for related products")?;
        product_lookup.prepare(&db).await.context("preparing the database for looking products up")?;
        let cache = Cache::connect(&settings.redis).await.context("REDIS_URL: Redis cannot be reached")?;
        let ((redis, prefix), lifetime) = (cache.parts(), settings.redis.page_lifetime);
        let product_pages = ProductPages::new(settings.variants.of(product_pages::SEAM), redis, prefix, lifetime)?;
        let recommendations = Recommendations::lazily(settings.recommendations.clone());
        let admin = settings.admin.clone();
        Ok(Self {
            db,
            cache,
            recommendations,
            related_products,
            result_format,
            product_pages,
            product_lookup,
            edge_caching,
            admin,
        })
    }
}

async fn database(settings: &Settings) -> anyhow::Result<PgPool> {
    // Statements are spans already. sqlx asks for each whether its own log line is wanted; while RUST_LOG allows debug
    // lines, that question makes tracing's per-layer filters drop the span that comes next.
    let address = settings.database.address.clone().disable_statement_logging();
    // Alone and first: the pool would try again until its time is up, and then know only that it is up.
    let mut connection =
        PgConnection::connect_with(&address).await.context("DATABASE_URL: the database cannot be reached")?;
    let products = sqlx::query_scalar("select exists (select from products)").fetch_one(&mut connection).await;
    anyhow::ensure!(products.unwrap_or(false), "DATABASE_URL: the database has no catalogue; `seed` loads it");
    connection.close().await?;
    let db = PgPoolOptions::new()
        .max_connections(settings.database.pool_size)
        .min_connections(2)
        .acquire_timeout(Duration::from_secs(2))
        // The test is a round trip before every statement. A connection that broke shows in the statement itself.
        .test_before_acquire(false)
        .connect_with(address)
        .await
        .context("DATABASE_URL: the database does not answer")?;
    let pool = db.clone();
    telemetry::observe_pool("search", move || (pool.size(), u32::try_from(pool.num_idle()).unwrap_or(u32::MAX)));
    Ok(db)
}

async fn ping(db: PgPool) -> Result<(), sqlx::Error> {
    sqlx::query("select 1").execute(&db).await.map(|_| ())
}

async fn ping_cache(cache: Cache) -> redis::RedisResult<()> {
    cache.ping().await
}
