//! Template databases: loaded once a server, then copied file by file for every test and every measured arm.

use crate::{FINGERPRINT, MIGRATOR, Progress, Size, load::load_with};
use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use std::{pin::Pin, str::FromStr as _};

/// The advisory lock around every change of a template. Building takes it alone, cloning shares it. Advisory locks
/// belong to one database, so everybody who shares a server must use the same administration URL.
const LOCK: i64 = 0x5348_4f50_5445_4d50;

/// Hours until a template is built anew: its order history ends when it was loaded, and "trending" asks for the last day.
const STALE_HOURS: i32 = 6;

/// Locales that know the case of all letters: Linux has the first, macOS the second.
const LETTERS: [&str; 2] = ["C.UTF-8", "en_US.UTF-8"];

/// The name of a template database that is completely loaded with a catalogue of this size, on the server of
/// `admin_url`; builds it where it is missing, half-built or hours old. Any number of callers may ask at once: one
/// builds, the others wait. Clone it with [`clone_database`]; it accepts no connections itself.
///
/// # Errors
/// When the size is out of range, the server does not answer, or the user may not create databases.
pub async fn template(admin_url: &str, size: Size, progress: impl Fn(Progress) + Sync) -> anyhow::Result<String> {
    template_with(admin_url, size, &progress).await
}

/// As [`template`]. Boxed and not generic, so that this code is compiled here and not again in every program.
fn template_with<'a>(
    admin_url: &'a str,
    size: Size,
    progress: &'a (dyn Fn(Progress) + Sync),
) -> Pin<Box<dyn Future<Output = anyhow::Result<String>> + Send + 'a>> {
    Box::pin(make(admin_url, size, progress))
}

async fn make(admin_url: &str, size: Size, progress: &(dyn Fn(Progress) + Sync)) -> anyhow::Result<String> {
    size.validate()?;
    let name = template_name(size);
    let mut admin = PgConnection::connect(admin_url).await.context("connecting to make the template database")?;
    sqlx::query("select pg_advisory_lock($1)").bind(LOCK).execute(&mut admin).await?;
    if !is_fresh(&mut admin, &name).await? {
        remove(&mut admin, &name).await?;
        create(&mut admin, &name).await?;
        load_with(&url_of(admin_url, &name)?, size, progress).await?;
        // Last of all: a template that has this mark is complete.
        run(&mut admin, format!("alter database {name} is_template true allow_connections false")).await?;
        let now: String = sqlx::query_scalar("select now()::text").fetch_one(&mut admin).await?;
        run(&mut admin, format!("comment on database {name} is '{now}'")).await?;
    }
    admin.close().await?;
    Ok(name)
}

/// Makes the database `name` a copy of `template` and returns its URL. A database of that name must not exist.
///
/// # Errors
/// When the name is not made of lower-case letters, digits and underscores, is taken, or the server does not answer.
pub async fn clone_database(admin_url: &str, template: &str, name: &str) -> anyhow::Result<String> {
    identifier(template)?;
    identifier(name)?;
    let mut admin = PgConnection::connect(admin_url).await.context("connecting to clone a database")?;
    sqlx::query("select pg_advisory_lock_shared($1)").bind(LOCK).execute(&mut admin).await?;
    let strategy = strategy(&mut admin).await?;
    run(&mut admin, format!("create database {name} template {template}{strategy}"))
        .await
        .with_context(|| format!("cloning {template} as {name}"))?;
    admin.close().await?;
    url_of(admin_url, name)
}

/// Drops the database `name` and disconnects whoever uses it; does nothing when there is none.
///
/// # Errors
/// When the name is not one that [`clone_database`] gives, or the server does not answer.
pub async fn drop_database(admin_url: &str, name: &str) -> anyhow::Result<()> {
    identifier(name)?;
    let mut admin = PgConnection::connect(admin_url).await.context("connecting to drop a database")?;
    run(&mut admin, format!("drop database if exists {name} with (force)")).await?;
    Ok(admin.close().await?)
}

/// The URL of database `name` on the server of `admin_url`: same user, same parameters.
///
/// # Errors
/// When `admin_url` is not a Postgres URL.
pub fn url_of(admin_url: &str, name: &str) -> anyhow::Result<String> {
    let is_postgres = admin_url.starts_with("postgres://") || admin_url.starts_with("postgresql://");
    anyhow::ensure!(is_postgres, "not a Postgres URL: it starts with neither postgres:// nor postgresql://");
    PgConnectOptions::from_str(admin_url).context("not a Postgres URL")?;
    // By hand: sqlx's own way back to a URL loses sockets and most parameters.
    let (address, parameters) = admin_url.split_once('?').map_or((admin_url, None), |(a, p)| (a, Some(p)));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address[authority..].find('/').map_or(address.len(), |at| authority + at);
    let parameters = parameters.map(|text| format!("?{text}")).unwrap_or_default();
    Ok(format!("{}/{name}{parameters}", &address[..end]))
}

/// Says what is in it: size, content and schema. At most 63 bytes, or Postgres would cut it.
fn template_name(size: Size) -> String {
    let mut hash = Sha256::new();
    hash.update(FINGERPRINT);
    for migration in MIGRATOR.iter() {
        hash.update(&migration.checksum);
    }
    let digits: String = hash.finalize().iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    format!("shop_template_{size}_{digits}")
}

async fn is_fresh(admin: &mut PgConnection, name: &str) -> anyhow::Result<bool> {
    let fresh: Option<bool> = sqlx::query_scalar(
        "select datistemplate
            and shobj_description(oid, 'pg_database')::timestamptz > now() - make_interval(hours => $2)
         from pg_database where datname = $1",
    )
    .bind(name)
    .bind(STALE_HOURS)
    .fetch_optional(admin)
    .await?
    .flatten();
    Ok(fresh == Some(true))
}

/// Sorts bytes, which needs no rules of a language, and knows the upper and lower case of all letters if the server's system
/// has a locale for that. Under `C` alone `BLÅHAUS` would not find what `blåhaus` finds.
async fn create(admin: &mut PgConnection, name: &str) -> anyhow::Result<()> {
    let create = |letters| {
        format!("create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype '{letters}'")
    };
    for letters in LETTERS {
        if run(admin, create(letters)).await.is_ok() {
            return Ok(());
        }
    }
    run(admin, create("C")).await
}

async fn remove(admin: &mut PgConnection, name: &str) -> anyhow::Result<()> {
    let exists: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(name)
        .fetch_one(&mut *admin)
        .await?;
    if exists {
        run(admin, format!("alter database {name} is_template false")).await?;
        run(admin, format!("drop database {name} with (force)")).await?;
    }
    Ok(())
}

/// How to copy. Through the write-ahead log (the default since Postgres 15) costs a write of everything twice; file by
/// file (the only way before) asks for a checkpoint, which is nothing where `fsync` is off and seconds where it is on.
async fn strategy(admin: &mut PgConnection) -> anyhow::Result<&'static str> {
    let durable: bool = sqlx::query_scalar("select current_setting('fsync')::bool").fetch_one(&mut *admin).await?;
    let chooses = admin.server_version_num() >= Some(150_000);
    Ok(if chooses && !durable { " strategy file_copy" } else { "" })
}

async fn run(admin: &mut PgConnection, statement: String) -> anyhow::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(admin).await?;
    Ok(())
}

/// A name goes into a statement as it is (no statement takes it as a parameter), so it may only be a plain word.
fn identifier(name: &str) -> anyhow::Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    anyhow::ensure!(
        (1..=63).contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain),
        "{name:?} is not a database name: 1 to 63 lower-case letters, digits and underscores, a letter first"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_of_the_largest_size_has_a_name_that_postgres_does_not_cut() {
        let name = template_name(Size { products: u32::MAX, users: u32::MAX, orders: u32::MAX });
        assert!(identifier(&name).is_ok(), "{name}");
    }

    #[test]
    fn a_name_that_would_end_the_statement_is_refused() {
        for name in ["", "1st", "Shop", "a b", "a;drop", "a\"b", &"a".repeat(64)] {
            assert!(identifier(name).is_err(), "{name}");
        }
    }

    #[test]
    fn the_url_of_a_clone_keeps_user_host_and_parameters() {
        let url = url_of("postgres://me:secret@127.0.0.1:5433/postgres?application_name=lab", "shop_1").unwrap();
        assert_eq!(url, "postgres://me:secret@127.0.0.1:5433/shop_1?application_name=lab");
        assert_eq!(url_of("postgres://me@localhost", "shop_1").unwrap(), "postgres://me@localhost/shop_1");
        assert!(url_of("http://localhost/", "shop_1").is_err());
    }
}
