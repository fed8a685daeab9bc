//! The migrations, embedded in the program.

use sqlx::{migrate::Migrator, postgres::PgPoolOptions};

/// Every migration of the shop, for `sqlx::migrate`'s own table of what was applied.
pub static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// The last migration that only creates tables: the loader stops here, copies the rows in, then applies the rest.
pub(crate) const TABLES_ONLY: i64 = 1;

/// Brings the database at `url` to the newest schema; does nothing when it is there.
///
/// # Errors
/// When the database does not answer, or holds another schema than the migrations say.
pub async fn migrate(url: &str) -> anyhow::Result<()> {
    migrate_to(url, i64::MAX).await
}

/// The same up to a version.
pub(crate) async fn migrate_to(url: &str, version: i64) -> anyhow::Result<()> {
    // A pool of one: a future that lends a plain connection to the migrator cannot be given to another task.
    let pool = PgPoolOptions::new().max_connections(1).connect(url).await?;
    MIGRATOR.run_to(version, &pool).await?;
    pool.close().await;
    Ok(())
}
