//! What the RPCs share.

use crate::{Settings, database, model::Model, redis_connection, trending::TrendingCache};
use anyhow::Context as _;
use redis::aio::ConnectionManager;
use sqlx::PgPool;

/// What every RPC can reach.
#[derive(Debug)]
pub(crate) struct AppState {
    pub(crate) pool: PgPool,
    pub(crate) redis: ConnectionManager,
    pub(crate) model: Model,
    pub(crate) trending: TrendingCache,
}

impl AppState {
    /// Connects to the database and to Redis.
    ///
    /// # Errors
    /// When one of them does not answer, or a URL cannot be read.
    pub(crate) async fn connect(settings: &Settings) -> anyhow::Result<Self> {
        let pool = database::connect(&settings.database).await.context("DATABASE_URL")?;
        let redis = redis_connection::connect(&settings.redis.url).await.context("REDIS_URL")?;
        let model = Model::new(settings.model_time).context("the timer of the model's time cannot be started")?;
        let trending = TrendingCache::new(redis.clone(), &settings.redis.prefix);
        Ok(Self { pool, redis, model, trending })
    }
}
