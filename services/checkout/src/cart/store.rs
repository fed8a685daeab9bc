//! The cart in Redis; every change is one atomic script, so two tabs of a browser cannot break a rule between them.

use crate::Error;
use redis::{AsyncTypedCommands as _, RedisResult, Script, aio::ConnectionManager};
use shop::{ProductId, UserId};
use std::{sync::LazyLock, time::Duration};
use telemetry::cache_span;
use tracing::Instrument as _;

/// The most of one product in a cart.
pub const MAX_QUANTITY: u32 = 99;
/// The most different products in a cart.
pub const MAX_LINES: usize = 100;
/// A cart nobody touched for a week is given up.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// Arguments: product, quantity, 1 to add to what is there or 0 to replace it, most of one product, most lines, lifetime.
static PUT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local there = redis.call('HGET', KEYS[1], ARGV[1])
         local quantity = tonumber(ARGV[2])
         if there and ARGV[3] == '1' then quantity = quantity + tonumber(there) end
         if quantity > tonumber(ARGV[4]) then return -1 end
         if not there and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return -2 end
         redis.call('HSET', KEYS[1], ARGV[1], quantity)
         redis.call('EXPIRE', KEYS[1], ARGV[6])
         return quantity",
    )
});

/// How long it is remembered that the lines of an attempt were taken. Longer than any retry goes on after they were.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// Keys: the cart, the attempt. Arguments: how long to remember, then product and quantity, product and quantity, ...
/// A line that was changed since then stays. A second time nothing is taken: by then the customer may want the same again.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if not redis.call('SET', KEYS[2], 1, 'NX', 'EX', ARGV[1]) then return end
         for i = 2, #ARGV, 2 do
           if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
         end",
    )
});

/// All carts.
#[derive(Clone)]
pub struct Carts {
    redis: ConnectionManager,
    prefix: String,
}

impl Carts {
    /// With keys that begin with `prefix`.
    #[must_use]
    pub fn new(redis: ConnectionManager, prefix: String) -> Self {
        Self { redis, prefix }
    }

    /// The lines of a user's cart, by product; empty where there is no cart.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when Redis does not answer.
    pub async fn lines(&self, user: UserId) -> Result<Vec<(ProductId, u32)>, Error> {
        let mut redis = self.redis.clone();
        let all = redis.hgetall(self.key(user)).instrument(cache_span!("HGETALL")).await?;
        let parsed =
            all.iter().map(|(product, quantity)| Some((ProductId(product.parse().ok()?), quantity.parse().ok()?)));
        let mut lines: Vec<_> =
            parsed.collect::<Option<_>>().ok_or_else(|| Error::internal(&"a cart holds what is no number"))?;
        lines.sort_unstable_by_key(|(product, _)| *product);
        Ok(lines)
    }

    /// Sets the quantity of a product.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a quantity out of 1 to [`MAX_QUANTITY`] or one line too many.
    pub async fn set(&self, user: UserId, product: ProductId, quantity: u32) -> Result<(), Error> {
        self.put(user, product, quantity, false).await
    }

    /// Adds to the quantity of a product.
    ///
    /// # Errors
    /// As [`Carts::set`], for the sum.
    pub async fn add(&self, user: UserId, product: ProductId, quantity: u32) -> Result<(), Error> {
        self.put(user, product, quantity, true).await
    }

    async fn put(&self, user: UserId, product: ProductId, quantity: u32, add: bool) -> Result<(), Error> {
        if !(1..=MAX_QUANTITY).contains(&quantity) {
            return Err(too_many());
        }
        let mut redis = self.redis.clone();
        let mut call = PUT.key(self.key(user));
        call.arg(product.0).arg(quantity).arg(u8::from(add)).arg(MAX_QUANTITY).arg(MAX_LINES).arg(LIFETIME.as_secs());
        let put: i64 = call.invoke_async(&mut redis).instrument(cache_span!("EVALSHA")).await?;
        match put {
            -1 => Err(too_many()),
            -2 => Err(Error::Invalid(format!("a cart holds at most {MAX_LINES} different products"))),
            _ => Ok(()),
        }
    }

    /// Removes a product; one that is not there is no error.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when Redis does not answer.
    pub async fn remove(&self, user: UserId, product: ProductId) -> Result<(), Error> {
        let mut redis = self.redis.clone();
        redis.hdel(self.key(user), product.0).instrument(cache_span!("HDEL")).await?;
        Ok(())
    }

    /// Takes what was ordered out of the cart, once for each attempt; what was added or changed meanwhile stays.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when Redis does not answer.
    pub async fn take(&self, user: UserId, attempt: &str, lines: &[(ProductId, u32)]) -> Result<(), Error> {
        let mut redis = self.redis.clone();
        let mut call = TAKE.key(self.key(user));
        call.key(format!("{}cart-taken:{attempt}", self.prefix)).arg(REMEMBERED.as_secs());
        for (product, quantity) in lines {
            call.arg(product.0).arg(quantity);
        }
        Ok(call.invoke_async::<()>(&mut redis).instrument(cache_span!("EVALSHA")).await?)
    }

    /// Whether Redis answers.
    ///
    /// # Errors
    /// What Redis or the connection said.
    pub async fn ping(&self) -> RedisResult<()> {
        self.redis.clone().ping().await.map(drop)
    }

    fn key(&self, user: UserId) -> String {
        format!("{}cart:{user}", self.prefix)
    }
}

fn too_many() -> Error {
    Error::Invalid(format!("the quantity of one product must be 1 to {MAX_QUANTITY}"))
}
