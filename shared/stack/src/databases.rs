//! Databases made from a template: how two variants of a service, or two tests, each get their own in milliseconds.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::time::{Instant, sleep};

use crate::StackError;

/// How long to wait for others to leave the template.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Postgres' code for "being accessed by other users".
const OBJECT_IN_USE: &str = "55006";

/// Creates `name` as a copy of `template`. While somebody is connected to the template, Postgres refuses to copy it:
/// tries again for ten seconds.
pub(crate) async fn create_from(admin: &str, template: &str, name: &str) -> Result<String, StackError> {
    let what = || format!("database {name} could not be created from {template}");
    let (template, quoted) = (quoted(template)?, quoted(name)?);
    let mut connection = connect(admin).await?;
    let version: i32 = sqlx::query_scalar("select current_setting('server_version_num')::int")
        .fetch_one(&mut connection)
        .await
        .map_err(failed(what()))?;
    // Since 15 the default writes the whole copy into the log; a throw-away copy is quicker file by file.
    let strategy = if version >= 150_000 { " strategy file_copy" } else { "" };
    let statement = format!("create database {quoted} template {template}{strategy}");
    let deadline = Instant::now() + TIMEOUT;
    loop {
        match sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut connection).await {
            Ok(_) => return Ok(with_database(admin, name)),
            Err(sqlx::Error::Database(error))
                if error.code().as_deref() == Some(OBJECT_IN_USE) && Instant::now() < deadline =>
            {
                sleep(Duration::from_millis(50)).await;
            }
            Err(error) => return Err(failed(what())(error)),
        }
    }
}

/// Drops a database, and throws out whoever is connected to it. One that is not there is no error.
pub(crate) async fn drop_database(admin: &str, name: &str) -> Result<(), StackError> {
    let statement = format!("drop database if exists {} with (force)", quoted(name)?);
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut connect(admin).await?)
        .await
        .map_err(failed(format!("database {name} could not be dropped")))?;
    Ok(())
}

async fn connect(admin: &str) -> Result<PgConnection, StackError> {
    PgConnection::connect(admin).await.map_err(failed("Postgres could not be reached".to_owned()))
}

fn failed(what: String) -> impl FnOnce(sqlx::Error) -> StackError {
    move |error| StackError::Database { what, why: error.to_string() }
}

/// Only plain names, so that quoting is all there is to do.
fn quoted(name: &str) -> Result<String, StackError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > 63 || !name.chars().all(plain) {
        let why = "use 1 to 63 lower-case letters, digits and underscores".to_owned();
        return Err(StackError::Database { what: format!("{name:?} is no name for a database"), why });
    }
    Ok(format!("\"{name}\""))
}

/// The same URL for another database.
pub(crate) fn with_database(url: &str, name: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_database_of_a_url_is_replaced_and_its_options_stay() {
        assert_eq!(with_database("postgres://u:p@h:1/a?x=y", "b"), "postgres://u:p@h:1/b?x=y");
        assert_eq!(with_database("postgres://h", "b"), "postgres://h/b");
    }
}
