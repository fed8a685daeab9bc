//! Fills a database by COPY: several connections, each taking the next chunk of rows.

use crate::{
    Catalogue, FINGERPRINT, Rows, Size, Table, migrate,
    schema::{TABLES_ONLY, migrate_to},
};
use anyhow::{Context as _, bail};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    collections::VecDeque,
    ops::Range,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::mpsc, task::JoinSet};

/// Connections that copy at the same time. Making rows and taking them in keeps two cores busy with three.
const CONNECTIONS: usize = 3;
/// Bytes collected before they are sent; with [`CONNECTIONS`] this bounds the memory of a load of any size.
const SEND: usize = 256 * 1024;
/// The advisory lock that keeps two loaders of one database apart.
const LOCK: i64 = 0x5348_4f50_4c4f_4144;

/// How far a load is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, for a person: a table's name, or "keys and indexes".
    pub step: &'static str,
    /// Rows copied so far.
    pub done: u64,
    /// Rows to copy altogether. An order and its lines count as two, however many lines there are.
    pub total: u64,
}

/// What a database holds, as far as the loader is concerned.
#[derive(PartialEq, Eq)]
enum State {
    NoTables,
    Empty,
    Interrupted,
    Loaded,
    Foreign,
}

/// Whether the database at `url` holds a completely loaded catalogue. False where there are no tables yet.
///
/// # Errors
/// When the database does not answer.
pub async fn is_loaded(url: &str) -> anyhow::Result<bool> {
    let mut connection = PgConnection::connect(url).await?;
    let loaded = state(&mut connection).await? == State::Loaded;
    connection.close().await?;
    Ok(loaded)
}

/// Fills the database at `url`: tables where they are missing, rows, then the rest of the migrations, statistics.
///
/// On an empty database that order is the fastest: keys and indexes are built once, over rows that are there. On one
/// that is migrated already the rows go in through the indexes, which takes about twice as long. Returns false and
/// changes nothing when a catalogue is there; starts again where an earlier load was interrupted.
///
/// # Errors
/// When the size is out of range, when products are there that no load put there, when the schema is not ours, or
/// when the database fails.
pub async fn load(url: &str, size: Size, progress: impl Fn(Progress) + Sync) -> anyhow::Result<bool> {
    load_with(url, size, &progress).await
}

/// As [`load`]. Boxed and not generic, so that this code is compiled here and not again in every program.
pub(crate) fn load_with<'a>(
    url: &'a str,
    size: Size,
    progress: &'a (dyn Fn(Progress) + Sync),
) -> Pin<Box<dyn Future<Output = anyhow::Result<bool>> + Send + 'a>> {
    Box::pin(fill(url, size, progress))
}

async fn fill(url: &str, size: Size, progress: &(dyn Fn(Progress) + Sync)) -> anyhow::Result<bool> {
    size.validate()?;
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query("select pg_advisory_lock($1)").bind(LOCK).execute(&mut connection).await?;
    let state = state(&mut connection).await?;
    match state {
        State::NoTables => migrate_to(url, TABLES_ONLY).await?,
        State::Foreign => bail!("the table `products` holds rows that no load put there; nothing was changed"),
        State::Loaded => return Ok(false),
        State::Interrupted | State::Empty => {}
    }
    let tables = Table::ALL.map(Table::name).join(", ");
    sqlx::raw_sql(AssertSqlSafe(format!("truncate {tables}, co_purchases, catalogue_load")))
        .execute(&mut connection)
        .await?;
    sqlx::query("insert into catalogue_load (size, fingerprint) values ($1, $2)")
        .bind(size.to_string())
        .bind(FINGERPRINT)
        .execute(&mut connection)
        .await?;

    // The history ends now, by the database's clock: a query for the last hour then always finds something.
    let now_us: i64 =
        sqlx::query_scalar("select (extract(epoch from now()) * 1000000)::bigint").fetch_one(&mut connection).await?;
    let bare = !sqlx::query_scalar::<_, bool>("select exists (select from pg_constraint where contype = 'f')")
        .fetch_one(&mut connection)
        .await?;
    let catalogue = Arc::new(Catalogue::new(size));
    let total = catalogue.rows();
    let (reports, mut received) = mpsc::unbounded_channel();
    let reporting = async {
        let mut done = 0;
        while let Some((table, rows)) = received.recv().await {
            done += rows;
            progress(Progress { step: Table::name(table), done, total });
        }
    };
    let (copied, ()) = tokio::join!(copy_all(url, &catalogue, now_us, bare, reports), reporting);
    copied?;

    progress(Progress { step: "keys and indexes", done: total, total });
    sqlx::query("select setval('orders_id_seq', greatest((select max(id) from orders), 1))")
        .execute(&mut connection)
        .await?;
    migrate(url).await?;
    tidy(url).await?;
    sqlx::query("update catalogue_load set finished_at = now()").execute(&mut connection).await?;
    connection.close().await?;
    Ok(true)
}

async fn state(connection: &mut PgConnection) -> anyhow::Result<State> {
    let tables: bool =
        sqlx::query_scalar("select to_regclass('catalogue_load') is not null and to_regclass('products') is not null")
            .fetch_one(&mut *connection)
            .await?;
    if !tables {
        return Ok(State::NoTables);
    }
    let finished: Option<bool> = sqlx::query_scalar("select finished_at is not null from catalogue_load")
        .fetch_optional(&mut *connection)
        .await?;
    let products: bool = sqlx::query_scalar("select exists (select from products)").fetch_one(&mut *connection).await?;
    Ok(match (finished, products) {
        (Some(true), _) => State::Loaded,
        (Some(false), _) => State::Interrupted,
        (None, true) => State::Foreign,
        (None, false) => State::Empty,
    })
}

/// Copies every table.
async fn copy_all(
    url: &str,
    catalogue: &Arc<Catalogue>,
    now_us: i64,
    bare: bool,
    reports: mpsc::UnboundedSender<(Table, u64)>,
) -> anyhow::Result<()> {
    use Table::{OrderLines, Orders, Products, Related, Stock, Users};
    let stage = |tables: &'static [Table]| copy_stage(url, catalogue, tables, now_us, &reports);
    if bare {
        // Without foreign keys the order is ours. The longest table goes last: beside it the pairs are counted.
        stage(&[Users, Orders, OrderLines]).await?;
        tokio::try_join!(count_co_purchases(url), stage(&[Products, Related, Stock]))?;
    } else {
        stage(&[Products, Users]).await?;
        stage(&[Orders]).await?;
        stage(&[OrderLines]).await?;
        tokio::try_join!(count_co_purchases(url), stage(&[Related, Stock]))?;
    }
    Ok(())
}

async fn copy_stage(
    url: &str,
    catalogue: &Arc<Catalogue>,
    tables: &[Table],
    now_us: i64,
    reports: &mpsc::UnboundedSender<(Table, u64)>,
) -> anyhow::Result<()> {
    let mut chunks = VecDeque::new();
    for &table in tables {
        let end = catalogue.sources(table) + 1;
        // A product is a hundred times as long as a row of another table.
        let chunk: u64 = if table == Table::Products { 500 } else { 5_000 };
        chunks.extend((1..end).step_by(chunk as usize).map(|start| (table, start..end.min(start + chunk))));
    }
    let chunks = Arc::new(Mutex::new(chunks));
    let mut workers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (url, catalogue, chunks, reports) = (url.to_owned(), catalogue.clone(), chunks.clone(), reports.clone());
        workers.spawn(async move {
            let mut connection = PgConnection::connect(&url).await?;
            // The quicker compression for the long texts, where this server was built with it.
            let _ = sqlx::raw_sql("set default_toast_compression = 'lz4'").execute(&mut connection).await;
            let next = || chunks.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            while let Some((table, sources)) = next() {
                copy_chunk(&mut connection, &catalogue, table, sources.clone(), now_us)
                    .await
                    .with_context(|| format!("copying {} {sources:?}", table.name()))?;
                // Whoever listened may have gone; the rows are in all the same.
                let _ = reports.send((table, sources.end - sources.start));
            }
            Ok::<_, anyhow::Error>(connection.close().await?)
        });
    }
    while let Some(worker) = workers.join_next().await {
        worker.context("a loader task failed")??;
    }
    Ok(())
}

async fn copy_chunk(
    connection: &mut PgConnection,
    catalogue: &Catalogue,
    table: Table,
    sources: Range<u64>,
    now_us: i64,
) -> anyhow::Result<()> {
    let mut copy = connection.copy_in_raw(&table.copy_statement()).await?;
    let mut rows = Rows::begin();
    for source in sources {
        catalogue.encode(table, source, now_us, &mut rows);
        if rows.bytes().len() >= SEND {
            copy.send(rows.bytes()).await?;
            rows.clear();
        }
    }
    rows.end();
    copy.send(rows.bytes()).await?;
    copy.finish().await?;
    Ok(())
}

/// Counts what was bought together, in the database: the history is there already, and need not fit in our memory.
async fn count_co_purchases(url: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(include_str!("co_purchases.sql")).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Gathers statistics, and marks pages as visible to all, without which no index-only scan is one.
async fn tidy(url: &str) -> anyhow::Result<()> {
    tokio::try_join!(
        vacuum(url, "products"),
        vacuum(url, "stock, related_products, users, orders, order_lines, co_purchases")
    )?;
    Ok(())
}

async fn vacuum(url: &str, tables: &'static str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(format!("vacuum (analyze) {tables}"))).execute(&mut connection).await?;
    Ok(connection.close().await?)
}
