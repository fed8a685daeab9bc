//! What Redis counts for search: opened pages and words searched for. Rendered pages are kept there too, by their own seam.
//!
//! The service works without all of it: when Redis fails, searches and pages go on, and the log says so.

use crate::settings;
use redis::{
    RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use shop::ProductId;
use std::{collections::BTreeMap, time::Duration};
use telemetry::{attempt, cache_span};

/// A view counts as recent until nobody has opened the page for this long, seconds.
const RECENT: i64 = 24 * 3600;
/// The most different searches that are counted.
const MOST_WORDS: isize = 10_000;
/// Longer than a healthy Redis ever takes; a search must not wait for what it can do without.
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(250);

/// Counters under one prefix.
#[derive(Clone)]
pub struct Cache {
    redis: ConnectionManager,
    prefix: String,
}

impl Cache {
    /// Connects.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn connect(settings: &settings::Redis) -> RedisResult<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(1)))
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            // At the start this is how often a Redis that is not there is asked again: half a second in all.
            .set_number_of_retries(2)
            // Room for every search in flight: with the default of 50 commands, callers would queue behind each other.
            .set_pipeline_buffer_size(1024);
        let client = redis::Client::open(settings.address.clone())?;
        let redis = client.get_connection_manager_with_config(config).await?;
        Ok(Self { redis, prefix: settings.prefix.clone() })
    }

    /// Whether Redis answers.
    ///
    /// # Errors
    /// What it said, or that it did not.
    pub async fn ping(&self) -> RedisResult<()> {
        redis::cmd("PING").exec_async(&mut self.redis.clone()).await
    }

    /// Counts a search for these words.
    pub async fn count_search(&self, words: &str) {
        let (key, words) = (self.key("searches"), words.to_lowercase());
        let count = async {
            let mut commands = redis::pipe();
            // Beyond the cap the words searched for least are forgotten, so the set cannot grow without end.
            commands.zincr(&key, words, 1).ignore().zremrangebyrank(&key, 0, -MOST_WORDS - 1).ignore();
            commands.exec_async(&mut self.redis.clone()).await
        };
        if let Err(error) = attempt(cache_span!("ZINCRBY", 2), count).await {
            tracing::warn!(%error, "a search was not counted");
        }
    }

    /// The words searched for most, most first.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn trending(&self, limit: isize) -> RedisResult<Vec<(String, f64)>> {
        let key = self.key("searches");
        let mut command = redis::cmd("ZREVRANGE");
        command.arg(key).arg(0).arg(limit - 1).arg("WITHSCORES");
        let read = async { command.query_async(&mut self.redis.clone()).await };
        attempt(cache_span!("ZREVRANGE"), read).await
    }

    /// Counts that a product's page was opened.
    pub async fn count_view(&self, product: ProductId) {
        let key = self.key(&format!("views:{product}"));
        let count = async {
            let mut commands = redis::pipe();
            commands.incr(&key, 1).ignore().expire(&key, RECENT).ignore();
            commands.exec_async(&mut self.redis.clone()).await
        };
        if let Err(error) = attempt(cache_span!("INCR", 2), count).await {
            tracing::warn!(%error, "a view was not counted");
        }
    }

    /// How often the pages of these products were opened of late; those nobody opened are missing.
    pub async fn viewed_recently(&self, products: &[ProductId]) -> BTreeMap<ProductId, u64> {
        if products.is_empty() {
            return BTreeMap::new();
        }
        let keys: Vec<String> = products.iter().map(|id| self.key(&format!("views:{id}"))).collect();
        let read = async { redis::cmd("MGET").arg(keys).query_async(&mut self.redis.clone()).await };
        let counts: RedisResult<Vec<Option<u64>>> = attempt(cache_span!("MGET"), read).await;
        let counts = counts.unwrap_or_else(|error| {
            tracing::warn!(%error, "no counters of views");
            Vec::new()
        });
        products.iter().zip(counts).filter_map(|(&id, count)| Some((id, count?))).collect()
    }

    /// The connection and the prefix, for what else is kept here. Clones of the connection share one socket.
    pub fn parts(&self) -> (ConnectionManager, &str) {
        (self.redis.clone(), &self.prefix)
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}
