//! What the handlers share.

use crate::{Settings, cache::Cache, database, recommendations::Recommendations, seams::Seams};
use anyhow::Context as _;
use serving::AdminToken;
use sqlx::PgPool;

/// What every request can reach; cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) db: PgPool,
    pub(crate) cache: Cache,
    pub(crate) recommendations: Recommendations,
    pub(crate) seams: Seams,
    pub(crate) admin: Option<AdminToken>,
}

impl AppState {
    /// Connects to the database and to Redis.
    ///
    /// # Errors
    /// When one of them does not answer.
    pub(crate) async fn connect(settings: &Settings) -> anyhow::Result<Self> {
        let db = database::connect(&settings.database).await?;
        let cache = Cache::connect(&settings.redis).await.context("REDIS_URL: Redis cannot be reached")?;
        let seams = Seams::new(&settings.variants, &db, &cache, settings.redis.page_lifetime).await?;
        let recommendations = Recommendations::lazily(settings.recommendations.clone());
        Ok(Self { db, cache, recommendations, seams, admin: settings.admin.clone() })
    }
}
