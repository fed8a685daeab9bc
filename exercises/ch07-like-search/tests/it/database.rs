//! A database of its own for a test, with a small catalogue.

use sqlx::{PgPool, postgres::PgPoolOptions};
use stack::{Needs, Stack};
use std::{
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// The database; [`Database::drop`] ends it, and so does the end of the server.
pub(crate) struct Database {
    stack: Stack,
    name: String,
    pub(crate) pool: PgPool,
}

impl Database {
    pub(crate) async fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let stack = stack::test_stack(Needs::NONE.with_postgres()).await.unwrap();
        let admin = stack.database_url().unwrap();
        let name = format!("lookup_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let template = catalogue::template(admin, catalogue::Size::small(), |_| ()).await.unwrap();
        let url = catalogue::clone_database(admin, &template, &name).await.unwrap();
        let pool = PgPoolOptions::new().max_connections(2).connect(&url).await.unwrap();
        Self { stack, name, pool }
    }

    pub(crate) async fn run(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&self.pool).await.unwrap();
    }

    pub(crate) async fn drop(self) {
        self.pool.close().await;
        self.stack.drop_database(&self.name).await.unwrap();
        self.stack.stop().await.unwrap();
    }
}
