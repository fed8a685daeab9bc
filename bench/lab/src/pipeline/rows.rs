//! How many rows the database looks at for each one that it returns.
//!
//! Postgres counts what its statements read per table, but a connection hands its counts over when it ends, or otherwise up
//! to ten seconds late (`PGSTAT_IDLE_INTERVAL`). So the service is restarted before and after, which ends its connections.

use super::Bench;
use crate::arms::{Shop, restart};
use crate::exercise::Exercise;
use crate::exit::Failure;
use crate::pipeline::{TraceSlice, count};
use anyhow::Context as _;
use load::Mix;
use sqlx::Connection as _;
use std::time::Duration;

/// The name of this count.
pub const ROWS_EXAMINED: &str = "rows_examined_per_returned";

const EXAMINED: &str =
    "select coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)::bigint from pg_stat_user_tables";

/// Whether a target is about it: two restarts of every arm are not for nothing.
pub fn wanted(exercise: &Exercise) -> bool {
    exercise.target.iter().any(|target| target.name.starts_with(ROWS_EXAMINED))
}

/// Rows that one arm's database examines per row returned.
///
/// # Errors
/// Those of counting; exit 3 when the service cannot be restarted.
pub async fn rows_examined(
    bench: &Bench<'_>,
    exercise: &Exercise,
    shop: &mut Shop,
    arm: usize,
    mix: &Mix,
    slice: TraceSlice,
) -> Result<f64, Failure> {
    let restarted = async |shop: &mut Shop| {
        let (arms, probe) = shop.arms_and_probe();
        restart(&mut arms[arm], bench.test_bed, &bench.driver, probe).await
    };
    restarted(shop).await?;
    let before = examined(&shop.arms[arm].database).await?;
    let counted = count(bench, &shop.arms[arm], exercise, mix, &[slice]).await?;
    restarted(shop).await?;
    // A backend that has lost its client needs a moment to end.
    let mut after = examined(&shop.arms[arm].database).await?;
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(25)).await;
        let now = examined(&shop.arms[arm].database).await?;
        if now == after && now > before {
            break;
        }
        after = now;
    }
    // As the relay saw them go by: what the service's spans say of its rows is its own word, and of the sampled requests alone.
    Ok((after - before) as f64 / (counted.passed.rows() as f64).max(1.0))
}

async fn examined(database: &str) -> Result<i64, Failure> {
    let asked = async {
        let mut connection = sqlx::PgConnection::connect(database).await?;
        let rows: i64 = sqlx::query_scalar(EXAMINED).fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>(rows)
    };
    Ok(asked.await.context("asking Postgres for the rows it examined")?)
}
