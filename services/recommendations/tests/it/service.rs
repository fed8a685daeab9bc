//! A running service for a test, with a database and a Redis prefix of its own, and clients for it.

use proto::recommendations::v1::{Recommendation, recommendations_client::RecommendationsClient};
use recommendations::Settings;
use serving::{Shutdown, settings::Reader};
use sqlx::PgPool;
use stack::{Needs, Stack};
use std::{
    process,
    sync::atomic::{AtomicU32, Ordering},
};
use tokio::net::TcpListener;
use tonic::transport::Channel;

/// A running service and what it runs on.
pub struct Service {
    stack: Stack,
    database: String,
    prefix: String,
    /// The service's database.
    pub db: PgPool,
    /// Where it listens.
    pub url: String,
    pub shutdown: Shutdown,
    pub client: RecommendationsClient<Channel>,
    pub channel: Channel,
}

impl Service {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With further settings.
    pub async fn with(further: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let stack = stack::test_stack(Needs::NONE.with_postgres().with_redis()).await.unwrap();
        let admin = stack.database_url().unwrap();
        let database = format!("recommendations_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let template = catalogue::template(admin, catalogue::Size::small(), |_| ()).await.unwrap();
        let url = catalogue::clone_database(admin, &template, &database).await.unwrap();
        let db = PgPool::connect(&url).await.unwrap();
        let prefix = format!("{database}:");
        let mut all = vec![
            ("DATABASE_URL", url.as_str()),
            ("REDIS_URL", stack.redis_url().unwrap()),
            ("REDIS_PREFIX", prefix.as_str()),
        ];
        all.extend(further);
        let settings = Settings::read(Reader::from_pairs(all)).unwrap();
        let shutdown = Shutdown::by_hand();
        let app = recommendations::app(&settings, shutdown.clone()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let begun = shutdown.clone();
        let serving = axum::serve(listener, app).with_graceful_shutdown(async move { begun.begun().await });
        tokio::spawn(async move { serving.await });
        let channel = Channel::from_shared(url.clone()).unwrap().connect().await.unwrap();
        let client = RecommendationsClient::new(channel.clone());
        Self { stack, database, prefix, db, url, shutdown, client, channel }
    }

    /// Takes the database away under the running service.
    pub async fn lose_database(&self) {
        self.stack.drop_database(&self.database).await.unwrap();
    }

    /// The keys the service has written, without the prefix, each with its time to live in seconds.
    pub async fn keys(&self) -> Vec<(String, i64)> {
        let client = redis::Client::open(self.stack.redis_url().unwrap()).unwrap();
        let mut redis = client.get_multiplexed_async_connection().await.unwrap();
        let pattern = format!("{}*", self.prefix);
        let found: Vec<String> = redis::cmd("KEYS").arg(pattern).query_async(&mut redis).await.unwrap();
        let mut keys = Vec::new();
        for key in found {
            let lives: i64 = redis::cmd("TTL").arg(&key).query_async(&mut redis).await.unwrap();
            keys.push((key.trim_start_matches(&self.prefix).to_owned(), lives));
        }
        keys
    }

    /// A product bought in at least one order together with something else.
    pub async fn product_with_company(&self) -> i64 {
        let sql = "select product_id from co_purchases group by product_id order by count(*) desc, product_id limit 1";
        sqlx::query_scalar(sql).fetch_one(&self.db).await.unwrap()
    }

    pub async fn stop(self) {
        self.shutdown.begin();
        self.db.close().await;
        self.stack.drop_database(&self.database).await.unwrap();
        self.stack.stop().await.unwrap();
    }
}

/// The ids of a list, in its order.
pub fn ids(items: &[Recommendation]) -> Vec<i64> {
    items.iter().map(|item| item.product_id).collect()
}
