//! What the handlers share.

use crate::{
    cart::Carts,
    database,
    identity::Tokens,
    ordering::OrderService,
    recommendations::Recommendations,
    redis_connection,
    sales::Sales,
    seams::{self, Seams},
    settings::Settings,
};
use anyhow::Context as _;
use axum::extract::FromRef;
use order_details::Sources;
use sqlx::PgPool;
use std::sync::Arc;

/// Any password hash, to find out what checking one costs here.
pub(crate) const SAMPLE_HASH: &str = "select password_hash from users limit 1";

/// What every request can reach; cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) db: PgPool,
    pub(crate) carts: Carts,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) orders: OrderService,
    pub(crate) recommendations: Recommendations,
    pub(crate) sales: Sales,
    pub(crate) seams: Seams,
}

impl AppState {
    /// Connects to the database and to Redis. The broker may be away: orders are accepted without it.
    ///
    /// # Errors
    /// When the database or Redis does not answer, or an address cannot be read.
    pub(crate) async fn connect(settings: &Settings) -> anyhow::Result<Self> {
        let db =
            database::connect(&settings.database_url, "checkout", settings.pool_size).await.context("DATABASE_URL")?;
        let redis = redis_connection::connect(&settings.redis_url).await.context("REDIS_URL")?;
        let sample = sqlx::query_scalar(SAMPLE_HASH).fetch_optional(&db).await.context("reading a user")?;
        let calls = seams::outgoing_calls(&settings.process.variants, settings.partner_timeout)?;
        let recommendations = Recommendations::new(settings.recommendations_url.as_deref(), &calls)?;
        let sources = Sources { db: db.clone(), recommendations: recommendations.client() };
        let seams = Seams::new(settings, sources, sample)?;
        let sales = Sales::new(redis.clone(), &settings.redis_prefix);
        let carts = Carts::new(redis, settings.redis_prefix.clone());
        let orders = OrderService::new(settings, &db, &carts, &sales, calls, seams.follow_up)?;
        let tokens = Arc::new(Tokens::new(settings.token_secret.as_bytes()));
        Ok(Self { db, carts, tokens, orders, recommendations, sales, seams })
    }
}

impl FromRef<AppState> for Arc<Tokens> {
    fn from_ref(state: &AppState) -> Self {
        state.tokens.clone()
    }
}
