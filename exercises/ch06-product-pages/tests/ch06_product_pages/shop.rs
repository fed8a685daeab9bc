//! A database and a corner of Redis for a test, and pages that are loaded from it and counted.

use fixture::Database;
use product_pages::{Load, Loaded, Page, ProductPages};
use redis::{
    Client,
    aio::{ConnectionManager, MultiplexedConnection},
};
use shop::ProductId;
use sqlx::{PgPool, postgres::PgPoolOptions};
use stack::Needs;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use variant::Variant;

/// The text of a page: what the table says, after a while that Postgres spends.
const LOAD: &str = "select name from products, pg_sleep($2) where id = $1";

/// A shop; [`Shop::close`] ends it.
pub(crate) struct Shop {
    database: Database,
    pub(crate) pool: PgPool,
    loads: Arc<AtomicUsize>,
}

/// Every implementation, by its variant.
pub(crate) fn variants() -> Vec<Variant> {
    variant::under_test(product_pages::SEAM)
}

/// The text of a page that is there.
pub(crate) fn text(loaded: Loaded) -> Page {
    loaded.unwrap().unwrap()
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let database = Database::beside(Needs::NONE.with_redis(), "pages").await;
        // As many loads at once as a test asks for: how many there are is what is looked at.
        let pool = PgPoolOptions::new().max_connections(30).connect(&database.url).await.unwrap();
        Self { database, pool, loads: Arc::default() }
    }

    /// One process of the service: a memory of its own. Those with the same `corner` share Redis.
    pub(crate) async fn process(&self, variant: &Variant, corner: &str, lifetime: Duration) -> ProductPages {
        ProductPages::new(variant, self.manager().await, &self.prefix(corner), lifetime).unwrap()
    }

    /// A connection as the service has it.
    pub(crate) async fn manager(&self) -> ConnectionManager {
        ConnectionManager::new(self.client()).await.unwrap()
    }

    /// What precedes the keys of a corner of Redis; other tests use the same server.
    pub(crate) fn prefix(&self, corner: &str) -> String {
        format!("{}:{corner}:", self.database.url)
    }

    pub(crate) async fn redis(&self) -> MultiplexedConnection {
        self.client().get_multiplexed_async_connection().await.unwrap()
    }

    fn client(&self) -> Client {
        Client::open(self.database.stack.redis_url().unwrap()).unwrap()
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
        self.database.drop().await;
    }
}
