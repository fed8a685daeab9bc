//! The pool, and running a statement: the wait for a connection and the query are spans of their own, with their errors.

use crate::settings;
use sqlx::{
    ConnectOptions as _, FromRow, PgPool, Postgres,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow},
    query::QueryAs,
};
use std::{str::FromStr as _, time::Duration};
use tracing::{Instrument as _, Span};

/// Connects.
///
/// # Errors
/// When the URL cannot be read, or the database does not answer.
pub(crate) async fn connect(settings: &settings::Database) -> Result<PgPool, sqlx::Error> {
    // Statements are spans already; sqlx' own log lines would only cost.
    let address = PgConnectOptions::from_str(&settings.url)?.disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(settings.pool_size)
        .acquire_timeout(Duration::from_secs(2))
        // The test is a round trip before every statement. A broken connection shows in the statement itself.
        .test_before_acquire(false)
        .connect_with(address)
        .await?;
    let observed = pool.clone();
    let state = move || (observed.size(), u32::try_from(observed.num_idle()).unwrap_or(u32::MAX));
    telemetry::observe_pool("recommendations", state);
    Ok(pool)
}

/// Whether the database answers.
pub(crate) async fn ping(pool: PgPool) -> Result<(), sqlx::Error> {
    sqlx::query("select 1").execute(&pool).await.map(|_| ())
}

/// All rows of a query, run under `span` (made by `telemetry::db_span!` where the statement is).
pub(crate) async fn rows<O>(
    pool: &PgPool,
    span: Span,
    query: QueryAs<'_, Postgres, O, PgArguments>,
) -> Result<Vec<O>, sqlx::Error>
where
    O: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let mut connection = pool.acquire().instrument(telemetry::wait_span!("database pool")).await?;
    let rows = query.fetch_all(&mut *connection).instrument(span.clone()).await;
    match &rows {
        Ok(rows) => span.record(telemetry::names::DB_RETURNED_ROWS, rows.len()),
        Err(_) => span.record("otel.status_code", "ERROR"),
    };
    rows
}
