//! The pool, and running a statement: the wait for a connection and the query are spans of their own, with their errors.

use crate::settings;
use sqlx::{
    ConnectOptions as _, Connection as _, FromRow, PgConnection, PgPool, Postgres,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow},
    query::QueryAs,
};
use std::{borrow::Cow, str::FromStr as _, time::Duration};
use tracing::{Instrument as _, Span};

/// How long the database may take to let us in at the start.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Whether there is a catalogue.
const CATALOGUE: &str = "select exists (select from products)";

/// Connects, and makes sure that there is a catalogue.
///
/// # Errors
/// When the URL cannot be read, or the database does not answer, or is empty.
pub(crate) async fn connect(settings: &settings::Database) -> anyhow::Result<PgPool> {
    // Statements are spans already; sqlx' own log lines would only cost.
    let address = PgConnectOptions::from_str(&settings.url)?.disable_statement_logging();
    // One connection before the pool, which would try for seconds and then say only that it timed out. Whatever listens at the
    // address need not be a database, and may never answer.
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&address)).await;
    let mut connection =
        connecting.map_err(|_| anyhow::anyhow!("no answer within {} s", CONNECT_TIMEOUT.as_secs()))??;
    let products = sqlx::query_scalar(CATALOGUE).fetch_one(&mut connection).await;
    anyhow::ensure!(products.unwrap_or(false), "the database has no catalogue; `seed` loads it");
    connection.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(settings.pool_size)
        .acquire_timeout(Duration::from_secs(2))
        // The test is a round trip before every statement. A broken connection shows in the statement itself.
        .test_before_acquire(false)
        .connect_with(address)
        .await?;
    let observed = pool.clone();
    let state = move || (observed.size(), u32::try_from(observed.num_idle()).unwrap_or(u32::MAX));
    telemetry::observe_pool("recommendations", settings.pool_size, state);
    Ok(pool)
}

/// Whether the database answers, and has its tables and rows.
pub(crate) async fn ping(pool: PgPool) -> Result<(), sqlx::Error> {
    let products: bool = sqlx::query_scalar(CATALOGUE).fetch_one(&pool).await?;
    if products { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// The SQLSTATE, where the database has answered.
fn kind(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error().and_then(|answer| answer.code())
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
        Ok(rows) => drop(span.record(telemetry::names::DB_RETURNED_ROWS, rows.len())),
        Err(error) => telemetry::failed_in(&span, kind(error).as_deref().unwrap_or(telemetry::names::OTHER), error),
    }
    rows
}
