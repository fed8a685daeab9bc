//! The pool, and how every statement becomes a span with its number of rows.

use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, PgPool, Postgres, Transaction,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions, PgQueryResult},
};
use std::{borrow::Cow, future::Future, time::Duration};
use telemetry::{db_span, names, wait_span};
use tracing::{Instrument as _, Span};

/// How long a request waits for a connection before it is answered 503.
const ACQUIRE: Duration = Duration::from_secs(2);
/// How long the database may take to let us in at the start.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection idle for longer is asked whether it still lives; sqlx by default asks every time, a round trip a query.
const IDLE: Duration = Duration::from_secs(2);

/// Whether there is a catalogue.
pub(crate) const CATALOGUE: &str = "select exists (select from products)";

/// Connects; fails when the database does not answer, or is empty.
pub(crate) async fn connect(url: &str, service: &'static str, size: u32) -> anyhow::Result<PgPool> {
    // Statements are spans already; sqlx' own log lines would only cost.
    let options = url.parse::<PgConnectOptions>()?.disable_statement_logging();
    // Once without the pool, which would try for seconds and then only say that it timed out.
    // Whatever listens at the address need not be a database, and may never answer.
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, sqlx::PgConnection::connect_with(&options)).await;
    let connection = connecting.map_err(|_| anyhow::anyhow!("no answer within {} s", CONNECT_TIMEOUT.as_secs()))?;
    let mut connection = connection?;
    // Without its tables and rows neither program can do anything; whoever starts them should learn that now.
    let products = sqlx::query_scalar(CATALOGUE).fetch_one(&mut connection).await;
    anyhow::ensure!(products.unwrap_or(false), "the database has no catalogue; `seed` loads it");
    connection.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > IDLE {
                    sqlx::Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
        .connect_with(options.application_name(service))
        .await?;
    let seen = pool.clone();
    telemetry::observe_pool(service, size, move || (seen.size(), u32::try_from(seen.num_idle()).unwrap_or(u32::MAX)));
    Ok(pool)
}

/// A connection of the pool; the wait for it is a span of its own.
pub(crate) async fn connection(pool: &PgPool) -> sqlx::Result<PoolConnection<Postgres>> {
    pool.acquire().instrument(wait_span!("database connection")).await
}

/// Begins a transaction, which ends in [`commit`] or, when dropped, without effect.
pub(crate) async fn begin(connection: &mut PgConnection) -> sqlx::Result<Transaction<'_, Postgres>> {
    Transaction::begin(connection, None).instrument(db_span!("transaction.begin", "begin")).await
}

/// Commits; when it fails nobody knows whether it happened.
pub(crate) async fn commit(transaction: Transaction<'_, Postgres>) -> sqlx::Result<()> {
    transaction.commit().instrument(db_span!("transaction.commit", "commit")).await
}

/// Whether the database answers, and has its tables and rows.
pub(crate) async fn ping(pool: &PgPool) -> sqlx::Result<()> {
    let products: bool = sqlx::query_scalar(CATALOGUE).fetch_one(pool).await?;
    if products { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// Runs a statement in its span and notes on it how many rows came, or that it failed.
pub(crate) async fn observed<T: Rows>(span: Span, query: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    async {
        let result = query.await;
        match &result {
            Ok(answer) => drop(Span::current().record(names::DB_RETURNED_ROWS, answer.rows())),
            Err(error) => telemetry::failed(&kind(error), error),
        }
        result
    }
    .instrument(span)
    .await
}

/// What kind of error it is, for metrics: the SQLSTATE where the database has answered.
fn kind(error: &sqlx::Error) -> Cow<'_, str> {
    match error {
        sqlx::Error::Database(answer) => answer.code().unwrap_or(Cow::Borrowed(names::OTHER)),
        sqlx::Error::PoolTimedOut => Cow::Borrowed("pool_timeout"),
        sqlx::Error::Io(_) => Cow::Borrowed("io"),
        _ => Cow::Borrowed(names::OTHER),
    }
}

/// An answer whose rows can be counted.
pub(crate) trait Rows {
    /// How many there are.
    fn rows(&self) -> u64;
}

impl<T> Rows for Vec<T> {
    fn rows(&self) -> u64 {
        self.len() as u64
    }
}

impl<T> Rows for Option<T> {
    fn rows(&self) -> u64 {
        u64::from(self.is_some())
    }
}

impl Rows for PgQueryResult {
    fn rows(&self) -> u64 {
        self.rows_affected()
    }
}
