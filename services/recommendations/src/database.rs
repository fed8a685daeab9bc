//! Running a statement: the wait for a connection and the query are spans of their own, errors are marked on them.

use sqlx::{
    FromRow, PgPool, Postgres,
    postgres::{PgArguments, PgRow},
    query::QueryAs,
};
use tracing::{Instrument as _, Span};

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
