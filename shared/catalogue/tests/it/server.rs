//! A Postgres for these tests, and databases of their own in it.

use catalogue::{Size, clone_database, drop_database, template};
use sqlx::PgPool;
use stack::{Needs, Stack, test_stack};
use std::time::{SystemTime, UNIX_EPOCH};

/// A database that is dropped with [`Database::close`].
pub struct Database {
    pub stack: Stack,
    pub url: String,
    pub pool: PgPool,
    name: String,
}

pub async fn start() -> Stack {
    test_stack(Needs::NONE.with_postgres()).await.expect("a Postgres")
}

pub fn admin(stack: &Stack) -> &str {
    stack.database_url().expect("the URL of Postgres")
}

/// A name no other test uses, nor a test of another process.
pub fn unique(purpose: &str) -> String {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_nanos();
    format!("catalogue_{purpose}_{}_{}", std::process::id(), nanos % 1_000_000_000)
}

/// A copy of the small catalogue.
pub async fn small(purpose: &str) -> Database {
    let stack = start().await;
    let template = template(admin(&stack), Size::small(), |_| {}).await.expect("the template");
    let name = unique(purpose);
    let url = clone_database(admin(&stack), &template, &name).await.expect("a clone");
    Database::open(stack, url, name).await
}

/// A database with nothing in it.
pub async fn empty(purpose: &str) -> Database {
    let stack = start().await;
    let name = unique(purpose);
    let url = clone_database(admin(&stack), "template1", &name).await.expect("an empty database");
    Database::open(stack, url, name).await
}

impl Database {
    async fn open(stack: Stack, url: String, name: String) -> Self {
        let pool = PgPool::connect(&url).await.expect("a connection");
        Self { stack, url, pool, name }
    }

    pub async fn count(&self, table: &str) -> i64 {
        let query = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        sqlx::query_scalar(query).fetch_one(&self.pool).await.expect("a count")
    }

    pub async fn close(self) {
        self.pool.close().await;
        drop_database(admin(&self.stack), &self.name).await.expect("dropping the database");
        self.stack.stop().await.expect("stopping the server");
    }
}
