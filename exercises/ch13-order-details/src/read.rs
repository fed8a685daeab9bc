//! Reading rows: the wait for a connection and the statement are spans of their own.

use crate::LookupError;
use sqlx::{
    FromRow, PgPool, Postgres,
    postgres::{PgArguments, PgRow},
    query::QueryAs,
};
use std::sync::Arc;
use telemetry::{names, wait_span};
use tracing::{Instrument as _, Span};

/// All rows of a query, run under `span` (made by `telemetry::db_span!` where the statement is).
pub(crate) async fn rows<O>(
    pool: &PgPool,
    span: Span,
    query: QueryAs<'_, Postgres, O, PgArguments>,
) -> Result<Vec<O>, LookupError>
where
    O: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let mut connection = pool.acquire().instrument(wait_span!("database connection")).await?;
    let rows = query.fetch_all(&mut *connection).instrument(span.clone()).await;
    match &rows {
        Ok(rows) => span.record(names::DB_RETURNED_ROWS, rows.len()),
        Err(_) => span.record("otel.status_code", "ERROR"),
    };
    rows.map_err(Arc::new)
}
