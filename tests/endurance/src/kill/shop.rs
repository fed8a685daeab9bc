//! A shop of two checkouts and two workers, and everything that is done to it.

use crate::{cable::Cable, client::Client, program::Program, redis_server::RedisServer};
use anyhow::Context as _;
use http::Method;
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::{
    path::Path,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

/// Pieces of every product at the beginning.
pub(super) const STOCK: i64 = 1_000_000;

pub(super) struct Shop {
    pub(super) name: &'static str,
    pub(super) db: PgPool,
    pub(super) client: Client,
    pub(super) partners: Program,
    pub(super) workers: [Program; 2],
    checkouts: [Program; 2],
    /// Where the checkouts are at this moment.
    pub(super) addresses: Arc<RwLock<[Option<String>; 2]>>,
    redis: RedisServer,
    to_redis: Cable,
    to_broker: Cable,
    database: String,
    pub(super) broker_environment: Vec<(String, String)>,
    /// The last order that the catalogue brought.
    pub(super) first_order: i64,
}

impl Shop {
    pub(super) async fn open(
        name: &'static str,
        variants: &str,
        stack: &stack::Stack,
        to_broker: Cable,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let admin = stack.database_url().context("no Postgres")?;
        let template = catalogue::template(admin, catalogue::Size::small(), |_| ()).await?;
        let database = format!("kill_{name}_{}", std::process::id());
        let url = catalogue::clone_database(admin, &template, &database).await?;
        let db = PgPool::connect(&url).await?;
        // The stack's Postgres answers before it has written, because its data is thrown away. Here that would be the loss
        // that is looked for.
        let durable = sqlx::AssertSqlSafe(format!("alter database {database} set synchronous_commit = on"));
        sqlx::query(durable).execute(&db).await?;
        sqlx::query("update stock set available = $1").bind(i32::try_from(STOCK)?).execute(&db).await?;
        sqlx::query("update products set price_cents = 100 + id % 50").execute(&db).await?;
        let first_order: i64 = sqlx::query_scalar("select max(id) from orders").fetch_one(&db).await?;
        let redis = RedisServer::start(folder).await?;
        let to_redis = Cable::to(redis.address()).await?;
        let amqp = stack.amqp_url().context("no RabbitMQ")?;
        let credentials = amqp.trim_start_matches("amqp://").split('@').next().unwrap_or_default();
        let broker = format!("amqp://{credentials}@{}/%2f", to_broker.address());
        let (redis_url, prefix) = (format!("redis://{}", to_redis.address()), format!("{database}."));
        let mut partners = Program::new("partners", "", &[("PARTNERS_CONFIG", CONDUCT)], folder);
        partners.start().await?;
        let partners_url = partners.url.clone().unwrap_or_default();
        let environment = [
            ("DATABASE_URL", url.as_str()),
            ("REDIS_URL", &redis_url),
            ("REDIS_PREFIX", &prefix),
            ("AMQP_URL", &broker),
            ("AMQP_PREFIX", &prefix),
            ("PARTNERS_URL", &partners_url),
            ("PARTNER_TIMEOUT_MS", "2000"),
            ("TOKEN_SECRET", "only for the kill test, and not a secret"),
            ("VARIANTS", variants),
        ];
        let program = |program, instance: &str| Program::new(program, instance, &environment, folder);
        let mut checkouts = [program("checkout", "a"), program("checkout", "b")];
        let mut workers = [program("order-worker", "a"), program("order-worker", "b")];
        for one in checkouts.iter_mut().chain(&mut workers) {
            one.start().await?;
        }
        let addresses = Arc::new(RwLock::new([checkouts[0].url.clone(), checkouts[1].url.clone()]));
        let own = [("AMQP_URL", amqp), ("AMQP_PREFIX", prefix.as_str())];
        Ok(Self {
            name,
            db,
            client: Client::new(Duration::from_secs(20)),
            partners,
            workers,
            checkouts,
            addresses,
            redis,
            to_redis,
            to_broker,
            database,
            broker_environment: own.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            first_order,
        })
    }

    /// Kills something about once a second, until there were as many; returns how many there were.
    pub(super) async fn kills(&mut self, wanted: u64, random: &mut impl Rng) -> anyhow::Result<u64> {
        let mut kills = 0;
        while kills < wanted {
            tokio::time::sleep(Duration::from_millis(random.random_range(100..900))).await;
            let one = random.random_range(0..2);
            match random.random_range(0..100) {
                0..25 => {
                    self.set_address(one, None);
                    self.checkouts[one].kill().await;
                    // Sometimes there is nobody for a moment.
                    tokio::time::sleep(Duration::from_millis(random.random_range(0..500))).await;
                    self.start_checkout(one).await?;
                    kills += 1;
                }
                25..50 => {
                    self.workers[one].kill().await;
                    self.workers[one].start().await.with_context(|| format!("{}: the worker", self.name))?;
                    kills += 1;
                }
                50..75 => kills += self.end_backends(random.random_range(1..4)).await?,
                75..85 => {
                    self.redis.kill().await;
                    tokio::time::sleep(Duration::from_millis(random.random_range(0..1_500))).await;
                    self.redis.start_again().await?;
                    kills += 1;
                }
                85..95 => {
                    self.to_broker.cut();
                    tokio::time::sleep(Duration::from_millis(random.random_range(0..2_000))).await;
                    self.to_broker.mend();
                    kills += 1;
                }
                _ => self.change_partners(random).await?,
            }
        }
        self.conduct("payment", json!({"mode": "none"}), 20.0).await?;
        self.conduct("email", json!({"mode": "none"}), 5.0).await?;
        Ok(kills)
    }

    /// Twice, for as long: email answers 503 and the broker is away; then Redis is away.
    pub(super) async fn outages(&mut self, length: Duration) -> anyhow::Result<()> {
        self.conduct("email", json!({"mode": "status", "status": 503}), 5.0).await?;
        tokio::time::sleep(length / 2).await;
        self.to_broker.cut();
        tokio::time::sleep(length / 2).await;
        self.conduct("email", json!({"mode": "none"}), 5.0).await?;
        tokio::time::sleep(length / 2).await;
        self.to_broker.mend();
        self.to_redis.cut();
        tokio::time::sleep(length).await;
        self.to_redis.mend();
        Ok(())
    }

    /// Ends that many backends that work for the programs.
    async fn end_backends(&self, most: i64) -> anyhow::Result<u64> {
        let ended: i64 = sqlx::query_scalar(
            "select count(pg_terminate_backend(pid)) from (
                select pid from pg_stat_activity
                where datname = current_database() and application_name in ('checkout', 'order-worker')
                order by random() limit $1
            ) chosen",
        )
        .bind(most)
        .fetch_one(&self.db)
        .await?;
        Ok(u64::try_from(ended)?)
    }

    /// Payment slower or faster, or cut off now and then; email slow enough that a kill meets it.
    async fn change_partners(&self, random: &mut impl Rng) -> anyhow::Result<()> {
        let failure = match random.random_range(0..4) {
            0 => json!({"mode": "status", "status": 503, "rate": 0.2}),
            1 => json!({"mode": "refuse", "rate": 0.2}),
            _ => json!({"mode": "none"}),
        };
        self.conduct("payment", failure, f64::from(random.random_range(0..400_u32))).await?;
        self.conduct("email", json!({"mode": "none"}), f64::from(random.random_range(0..300_u32))).await
    }

    async fn conduct(&self, partner: &str, failure: Value, delay_ms: f64) -> anyhow::Result<()> {
        let url = format!("{}/admin/partners/{partner}", self.partners.url.as_deref().unwrap_or_default());
        let body = json!({"failure": failure, "delay": {"shape": "constant", "ms": delay_ms}});
        let answer = self.client.call(Method::PUT, &url, &[], Some(&body)).await?;
        anyhow::ensure!(answer.status.is_success(), "{partner}: {}", answer.json());
        Ok(())
    }

    async fn start_checkout(&mut self, one: usize) -> anyhow::Result<()> {
        self.checkouts[one].start().await.with_context(|| format!("{}: checkout", self.name))?;
        self.set_address(one, self.checkouts[one].url.clone());
        Ok(())
    }

    fn set_address(&self, one: usize, address: Option<String>) {
        self.addresses.write().unwrap_or_else(std::sync::PoisonError::into_inner)[one] = address;
    }

    /// Programs that ended by themselves, and panics in their logs.
    pub(super) fn crashes(&mut self) -> Vec<String> {
        let mut crashes = Vec::new();
        for program in self.checkouts.iter_mut().chain(&mut self.workers).chain([&mut self.partners]) {
            if !program.runs() {
                crashes.push(format!("{} has ended by itself", program.described().0));
            }
            crashes.extend(program.panics());
        }
        crashes
    }

    /// How many lines a user's cart has.
    pub(super) async fn lines_in_cart(&self, user: i64) -> anyhow::Result<u64> {
        let client = redis::Client::open(format!("redis://{}", self.redis.address()))?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        let key = format!("{}.cart:{user}", self.database);
        Ok(redis::cmd("HLEN").arg(key).query_async(&mut connection).await?)
    }

    /// Waits until `is_so`; whether it came to that in time.
    pub(super) async fn eventually(&self, most: Duration, is_so: &'static str) -> anyhow::Result<bool> {
        let deadline = Instant::now() + most;
        loop {
            if sqlx::query_scalar::<_, bool>(is_so).bind(self.first_order).fetch_one(&self.db).await? {
                return Ok(true);
            }
            if Instant::now() > deadline {
                return Ok(false);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    pub(super) async fn close(mut self, stack: &stack::Stack) -> anyhow::Result<()> {
        for program in self.checkouts.iter_mut().chain(&mut self.workers).chain([&mut self.partners]) {
            program.kill().await;
        }
        self.redis.kill().await;
        self.db.close().await;
        Ok(stack.drop_database(&self.database).await?)
    }
}

/// A little of everything: kills meet orders at every step.
const CONDUCT: &str = r#"{
    "payment": {"delay": {"shape": "constant", "ms": 60}},
    "email": {"delay": {"shape": "constant", "ms": 80}},
    "warehouse": {"delay": {"shape": "constant", "ms": 20}},
    "analytics": {"delay": {"shape": "constant", "ms": 5}}
}"#;
