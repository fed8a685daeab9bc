//! `Trending`: the products bought most in the last day; counted by the database, kept in Redis for a few seconds.

use crate::{card::Card, database, error, error::Error};
use proto::recommendations::v1::TrendingRequest;
use redis::{AsyncTypedCommands as _, aio::ConnectionManager};
use sqlx::PgPool;
use tokio::sync::Mutex;
use tracing::Instrument as _;

/// How old the list may get, in seconds. Counting a day of orders is too much work per visitor of the front page, and
/// nobody notices a list that is ten seconds late.
const MAX_AGE_SECONDS: u64 = 10;

/// The longest list that can be asked for; shorter ones are cut from it, so there is one key.
pub(crate) const SQL: &str = "
    select p.id, p.sku, p.name, p.price_cents, sold.score
    from (
        select line.product_id, sum(line.quantity)::float8 as score
        from orders o
        join order_lines line on line.order_id = o.id
        where o.placed_at > now() - interval '1 day' and o.status <> 'cancelled'
        group by line.product_id
        order by score desc, line.product_id
        limit 50
    ) sold
    join products p on p.id = sold.product_id
    order by sold.score desc, p.id";

/// The list in Redis, and the lock under which it is refilled.
#[derive(Debug)]
pub(crate) struct TrendingCache {
    redis: ConnectionManager,
    key: String,
    /// Held while the list is counted again: of many calls that find it expired, one per process asks the database.
    refill: Mutex<()>,
}

impl TrendingCache {
    pub(crate) fn new(redis: ConnectionManager, prefix: &str) -> Self {
        // The number changes with the format, so that two versions of the service do not read each other's list.
        Self { redis, key: format!("{prefix}recommendations:trending:1"), refill: Mutex::new(()) }
    }

    async fn cached(&self) -> Option<Vec<Card>> {
        let read = async { self.redis.clone().get(&self.key).await };
        match telemetry::attempt(telemetry::cache_span!("GET"), read).await {
            Ok(text) => serde_json::from_str(&text?).ok(),
            Err(error) => {
                tracing::warn!(%error, "no cached trending list");
                None
            }
        }
    }

    async fn store(&self, cards: &[Card]) {
        let Ok(text) = serde_json::to_string(cards) else { return };
        let write = async { self.redis.clone().set_ex(&self.key, text, MAX_AGE_SECONDS).await };
        if let Err(error) = telemetry::attempt(telemetry::cache_span!("SETEX"), write).await {
            tracing::warn!(%error, "the trending list was not cached");
        }
    }
}

/// Without Redis the database is asked, one call at a time: slower, and still right.
pub(crate) async fn trending(
    pool: &PgPool,
    cache: &TrendingCache,
    request: &TrendingRequest,
) -> Result<Vec<Card>, Error> {
    let limit = usize::try_from(error::limit(request.limit)?).unwrap_or_default();
    let mut cards = match cache.cached().await {
        Some(cards) => cards,
        None => refill(pool, cache).await?,
    };
    cards.truncate(limit);
    Ok(cards)
}

async fn refill(pool: &PgPool, cache: &TrendingCache) -> Result<Vec<Card>, Error> {
    let _alone = cache.refill.lock().instrument(telemetry::wait_span!("trending refill")).await;
    // Whoever held the lock before may have filled it.
    if let Some(cards) = cache.cached().await {
        return Ok(cards);
    }
    let span = telemetry::db_span!("recommendations.trending", SQL);
    let cards: Vec<Card> = database::rows(pool, span, sqlx::query_as(SQL)).await?;
    cache.store(&cards).await;
    Ok(cards)
}
