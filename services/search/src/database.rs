//! The pool of connections to the database.

use crate::settings;
use anyhow::Context as _;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool, postgres::PgPoolOptions};
use std::time::Duration;

/// How long the database may take to let us in at the start.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Whether there is a catalogue.
const CATALOGUE: &str = "select exists (select from products)";

/// Connects, and makes sure that there is a catalogue.
///
/// # Errors
/// When the database does not answer, or is empty.
pub(crate) async fn connect(settings: &settings::Database) -> anyhow::Result<PgPool> {
    // Statements are spans already. For each, sqlx also asks whether its own log line is wanted; while RUST_LOG allows
    // debug lines, that question makes tracing's per-layer filters drop the span that comes next.
    let address = settings.address.clone().disable_statement_logging();
    // One connection before the pool: the pool retries until its time is up, and then reports only that it is up.
    // Whatever listens at the address need not be a database, and may never answer.
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&address)).await;
    let mut connection = connecting
        .map_err(|_| anyhow::anyhow!("DATABASE_URL: no answer within {} s", CONNECT_TIMEOUT.as_secs()))?
        .context("DATABASE_URL: the database cannot be reached")?;
    let products = sqlx::query_scalar(CATALOGUE).fetch_one(&mut connection).await;
    anyhow::ensure!(products.unwrap_or(false), "DATABASE_URL: the database has no catalogue; `seed` loads it");
    connection.close().await?;
    let db = PgPoolOptions::new()
        .max_connections(settings.pool_size)
        .min_connections(2)
        .acquire_timeout(Duration::from_secs(2))
        // The test is a round trip before every statement. A broken connection shows in the statement itself.
        .test_before_acquire(false)
        .connect_with(address)
        .await
        .context("DATABASE_URL: the database does not answer")?;
    let pool = db.clone();
    telemetry::observe_pool("search", settings.pool_size, move || {
        (pool.size(), u32::try_from(pool.num_idle()).unwrap_or(u32::MAX))
    });
    Ok(db)
}

/// Whether the database answers, and has its tables and rows.
pub(crate) async fn ping(db: PgPool) -> Result<(), sqlx::Error> {
    let products: bool = sqlx::query_scalar(CATALOGUE).fetch_one(&db).await?;
    if products { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}
