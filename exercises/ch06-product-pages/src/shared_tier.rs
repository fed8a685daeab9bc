//! The tier that all processes share: pages in Redis, how long each has left, and the right to load one.
//!
//! Redis that fails is a Redis without pages: the log says so, and the caller goes on.

use crate::Page;
use redis::{RedisResult, Script, aio::ConnectionManager};
use shop::ProductId;
use std::time::Duration;
use telemetry::cache_span;
use tracing::Instrument as _;

/// Deletes a claim only while it is still the caller's.
const RELEASE: &str = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/// Pages under one prefix.
pub(crate) struct SharedTier {
    redis: ConnectionManager,
    prefix: String,
    release: Script,
}

/// A page that Redis has.
pub(crate) struct SharedPage {
    pub(crate) page: Page,
    /// Until Redis forgets it. By Redis' clock, so that processes need not agree on the time.
    pub(crate) left: Duration,
}

/// The right to load a page, until it is released or runs out.
pub(crate) struct Claim(String);

impl SharedTier {
    pub(crate) fn new(redis: ConnectionManager, prefix: &str) -> Self {
        Self { redis, prefix: prefix.to_owned(), release: Script::new(RELEASE) }
    }

    /// The page of a product, if Redis has it.
    pub(crate) async fn read(&self, id: ProductId) -> Option<SharedPage> {
        let key = self.key("page", id);
        let read = async {
            let mut commands = redis::pipe();
            commands.get(&key).pttl(&key);
            let found: (Option<String>, i64) = commands.query_async(&mut self.redis.clone()).await?;
            RedisResult::Ok(found)
        };
        let found = logged("no cached page", read.instrument(cache_span!("GET", 2)).await)?;
        let (Some(page), Ok(left)) = (found.0, u64::try_from(found.1)) else { return None };
        Some(SharedPage { page: page.into(), left: Duration::from_millis(left) })
    }

    /// Keeps a page for this long, for all processes.
    pub(crate) async fn write(&self, id: ProductId, page: &Page, lifetime: Duration) {
        let mut command = redis::cmd("SET");
        command.arg(self.key("page", id)).arg(&**page).arg("PX").arg(milliseconds(lifetime));
        let write = async { command.exec_async(&mut self.redis.clone()).await };
        logged("a page was not cached", write.instrument(cache_span!("SET")).await);
    }

    /// Forgets a page.
    pub(crate) async fn remove(&self, id: ProductId) {
        let mut command = redis::cmd("DEL");
        command.arg(self.key("page", id));
        let remove = async { command.exec_async(&mut self.redis.clone()).await };
        logged("a page was not removed", remove.instrument(cache_span!("DEL")).await);
    }

    /// The right to load a page, where no other process has it; it ends by itself after `at_most`. Without Redis
    /// everybody has it.
    pub(crate) async fn claim(&self, id: ProductId, at_most: Duration) -> Option<Claim> {
        let claim = Claim(uuid::Uuid::new_v4().simple().to_string());
        let mut command = redis::cmd("SET");
        command.arg(self.key("loading", id)).arg(&claim.0).arg("NX").arg("PX").arg(milliseconds(at_most));
        let set = async { command.query_async(&mut self.redis.clone()).await };
        let set: RedisResult<Option<String>> = set.instrument(cache_span!("SET")).await;
        logged("a claim was not made", set).is_none_or(|set| set.is_some()).then_some(claim)
    }

    /// Gives the right back.
    pub(crate) async fn release(&self, id: ProductId, claim: Claim) {
        let mut call = self.release.key(self.key("loading", id));
        call.arg(&claim.0);
        let release = async { call.invoke_async(&mut self.redis.clone()).await };
        let deleted: RedisResult<i64> = release.instrument(cache_span!("EVALSHA")).await;
        logged("a claim was not given back", deleted);
    }

    fn key(&self, kind: &str, id: ProductId) -> String {
        format!("{}{kind}:{id}", self.prefix)
    }
}

/// At least one: Redis refuses a life of nothing.
fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).max(1)
}

fn logged<T>(what: &str, result: RedisResult<T>) -> Option<T> {
    result.inspect_err(|error| tracing::warn!(%error, "{what}")).ok()
}
