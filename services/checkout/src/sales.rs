//! What sells best: pieces by product in a sorted set of Redis, brought up to date after every order.

use crate::Error;
use redis::{AsyncCommands, RedisResult, Script, aio::ConnectionManager};
use shop::{OrderPlaced, ProductId};
use std::{sync::LazyLock, time::Duration};
use telemetry::{attempt, cache_span};

/// How long an event is remembered, so that one delivered twice is counted once.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// Keys: the sorted set, the event. Arguments: how long to remember, then product and pieces, product and pieces, ...
static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if not redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[1]) then return 0 end
         for i = 2, #ARGV, 2 do redis.call('ZINCRBY', KEYS[1], ARGV[i + 1], ARGV[i]) end
         return 1",
    )
});

/// The counts; cheap to clone.
#[derive(Clone)]
pub struct Sales {
    redis: ConnectionManager,
    prefix: String,
}

impl Sales {
    /// With keys that begin with `prefix`.
    #[must_use]
    pub fn new(redis: ConnectionManager, prefix: &str) -> Self {
        Self { redis, prefix: format!("{prefix}sold") }
    }

    /// Adds the pieces of an order; the same event twice counts once.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn count(&self, event: &str, order: &OrderPlaced) -> RedisResult<()> {
        let mut redis = self.redis.clone();
        let mut call = COUNT.key(&self.prefix);
        call.key(format!("{}:{event}", self.prefix)).arg(REMEMBERED.as_secs());
        for line in &order.lines {
            call.arg(line.product_id.0).arg(line.quantity);
        }
        attempt(cache_span!("EVALSHA"), call.invoke_async::<i64>(&mut redis)).await.map(drop)
    }

    /// The products of which most was sold, most first, with their pieces.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when Redis does not answer.
    pub async fn best(&self, limit: u32) -> Result<Vec<(ProductId, u64)>, Error> {
        let mut redis = self.redis.clone();
        let last = isize::try_from(limit).unwrap_or(isize::MAX) - 1;
        let best = AsyncCommands::zrevrange_withscores(&mut redis, &self.prefix, 0, last);
        let best: Vec<(String, f64)> = attempt(cache_span!("ZREVRANGE"), best).await?;
        // Pieces are whole numbers far below 2^53.
        let read = |(product, pieces): (String, f64)| Some((ProductId(product.parse().ok()?), pieces as u64));
        Ok(best.into_iter().filter_map(read).collect())
    }
}
