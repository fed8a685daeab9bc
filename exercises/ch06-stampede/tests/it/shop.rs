//! A database and a corner of Redis for a test, and pages that are loaded from it and counted.

use product_pages::{Load, Loaded, Page, ProductPages};
use redis::aio::{ConnectionManager, MultiplexedConnection};
use shop::ProductId;
use sqlx::{PgPool, postgres::PgPoolOptions};
use stack::{Needs, Stack};
use std::{
    process,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};
use variant::Variant;

/// The text of a page: what the table says, after a while that Postgres spends.
const LOAD: &str = "select name from products, pg_sleep($2) where id = $1";

/// A shop; [`Shop::close`] ends it.
pub(crate) struct Shop {
    stack: Stack,
    name: String,
    pub(crate) pool: PgPool,
    loads: Arc<AtomicUsize>,
}

/// Every implementation, by its variant.
pub(crate) fn variants() -> [Variant; 5] {
    let trap = |name: &str| Variant::Trap(name.to_owned());
    [Variant::Flawed, Variant::Yours, Variant::Fixed, trap("jitter"), trap("leader")]
}

/// The text of a page that is there.
pub(crate) fn text(loaded: Loaded) -> Page {
    loaded.unwrap().unwrap()
}

impl Shop {
    pub(crate) async fn open() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let stack = stack::test_stack(Needs::NONE.with_postgres().with_redis()).await.unwrap();
        let admin = stack.database_url().unwrap();
        let name = format!("pages_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let template = catalogue::template(admin, catalogue::Size::small(), |_| ()).await.unwrap();
        let url = catalogue::clone_database(admin, &template, &name).await.unwrap();
        // As many loads at once as a test asks for: how many there are is what is looked at.
        let pool = PgPoolOptions::new().max_connections(30).connect(&url).await.unwrap();
        Self { stack, name, pool, loads: Arc::default() }
    }

    /// One process of the service: a memory of its own. Those with the same `corner` share Redis.
    pub(crate) async fn process(&self, variant: &Variant, corner: &str, lifetime: Duration) -> ProductPages {
        ProductPages::new(variant, self.manager().await, &self.prefix(corner), lifetime).unwrap()
    }

    /// A connection as the service has it.
    pub(crate) async fn manager(&self) -> ConnectionManager {
        ConnectionManager::new(redis::Client::open(self.stack.redis_url().unwrap()).unwrap()).await.unwrap()
    }

    /// What precedes the keys of a corner of Redis.
    pub(crate) fn prefix(&self, corner: &str) -> String {
        format!("{}:{corner}:", self.name)
    }

    pub(crate) async fn redis(&self) -> MultiplexedConnection {
        let client = redis::Client::open(self.stack.redis_url().unwrap()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    /// The load of a page that takes this long in Postgres.
    pub(crate) fn load(&self, id: i64, takes: Duration) -> impl Load + use<> {
        let (pool, loads) = (self.pool.clone(), Arc::clone(&self.loads));
        async move {
            loads.fetch_add(1, Ordering::SeqCst);
            sqlx::query_scalar(LOAD).bind(id).bind(takes.as_secs_f64()).fetch_optional(&pool).await
        }
    }

    /// The page of a product, loaded at once where it has to be.
    pub(crate) async fn get(&self, pages: &ProductPages, id: i64) -> Loaded {
        pages.get(ProductId(id), self.load(id, Duration::ZERO)).await
    }

    /// The loads begun since this was asked last.
    pub(crate) fn loads(&self) -> usize {
        self.loads.swap(0, Ordering::SeqCst)
    }

    pub(crate) async fn rename(&self, id: i64, name: &str) {
        let sql = "update products set name = $2 where id = $1";
        sqlx::query(sql).bind(id).bind(name).execute(&self.pool).await.unwrap();
    }

    pub(crate) async fn close(self) {
        self.pool.close().await;
        self.stack.drop_database(&self.name).await.unwrap();
        self.stack.stop().await.unwrap();
    }
}
