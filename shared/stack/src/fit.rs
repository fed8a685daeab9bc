//! Can a server that somebody else runs do what is needed of it? Asked once, before any work: of its URL first, then of itself.
//!
//! Every dependency of a measured service stands behind a relay on 127.0.0.1, which passes bytes on. So a URL must lead to a host
//! and port by TCP, and say nothing that a certificate would have to confirm.

use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions, postgres::PgSslMode};

use crate::Server;

/// `drop database … with (force)` is as old as this.
const OLDEST_POSTGRES: i32 = 130_000;
/// Connections that must be left: four arms with ten each, their workers, and the bench's own.
const CONNECTIONS: i64 = 60;
/// The shop uses nothing younger than `SET … EX … NX` and `UNLINK`; older servers are out of their support.
const OLDEST_REDIS: u32 = 6;

/// What a URL says that cannot be: another scheme, a socket file, encryption.
pub(crate) fn url_fits(server: Server, url: &str) -> Result<(), String> {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    let (schemes, encrypted): (&[&str], &str) = match server {
        Server::Postgres => (&["postgres", "postgresql"], ""),
        Server::Redis => (&["redis"], "rediss"),
        Server::RabbitMq => (&["amqp"], "amqps"),
    };
    if scheme == encrypted && !scheme.is_empty() {
        return Err(format!(
            "{scheme}:// is encrypted, and what the bench counts must pass in the clear; use {}://",
            schemes[0]
        ));
    }
    if !schemes.contains(&scheme) {
        // Not repeated whole: whatever stands there may hold a password.
        return Err(format!("it must start with {}://", schemes[0]));
    }
    let authority = url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.is_empty() || host.starts_with(':') || host.to_ascii_lowercase().starts_with("%2f") {
        return Err(
            "it names no host: the services reach their servers by host and port, not by a socket file".to_owned()
        );
    }
    if server == Server::Postgres {
        let options: PgConnectOptions = url.parse().map_err(|error: sqlx::Error| error.to_string())?;
        if options.get_socket().is_some() || options.get_host().starts_with('/') {
            return Err("it leads to a socket file: the services reach their servers by host and port".to_owned());
        }
        let strict = matches!(options.get_ssl_mode(), PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull);
        if strict {
            return Err(
                "its sslmode asks for encryption, and what the bench counts must pass in the clear: leave it out"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

/// What the server itself lacks: rights, room, or years.
pub(crate) async fn server_fits(server: Server, url: &str) -> Result<(), String> {
    match server {
        Server::Postgres => postgres(url).await,
        Server::Redis => redis(url).await,
        // Whoever may log in may declare queues of his own names, unless an administrator says otherwise.
        Server::RabbitMq => rabbitmq(url).await,
    }
}

async fn postgres(url: &str) -> Result<(), String> {
    let mut connection = PgConnection::connect(url).await.map_err(|error| error.to_string())?;
    let found = sqlx::query_as::<_, (i32, bool, String, i64)>(
        "select current_setting('server_version_num')::int,
                (select rolcreatedb or rolsuper from pg_roles where rolname = current_user),
                current_user::text,
                current_setting('max_connections')::bigint - (select count(*) from pg_stat_activity where datid is not null)",
    )
    .fetch_one(&mut connection)
    .await
    .map_err(|error| error.to_string())?;
    let (version, may_create, role, left) = found;
    if version < OLDEST_POSTGRES {
        return Err(format!("it is Postgres {}, and {} is needed", version / 10_000, OLDEST_POSTGRES / 10_000));
    }
    if !may_create {
        return Err(format!("its role {role} may not create databases: alter role {role} createdb"));
    }
    if left < CONNECTIONS {
        return Err(format!(
            "it has room for {left} more connections, and {CONNECTIONS} are needed: raise max_connections"
        ));
    }
    connection.close().await.map_err(|error| error.to_string())
}

async fn redis(url: &str) -> Result<(), String> {
    let client = redis::Client::open(url).map_err(|error| error.to_string())?;
    let mut connection = client.get_multiplexed_async_connection().await.map_err(|error| error.to_string())?;
    let info: String =
        redis::cmd("INFO").arg("server").query_async(&mut connection).await.map_err(|error| error.to_string())?;
    let version = info.lines().find_map(|line| line.strip_prefix("redis_version:")).unwrap_or_default().trim();
    match version.split('.').next().and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major < OLDEST_REDIS => Err(format!("it is Redis {version}, and {OLDEST_REDIS} is needed")),
        _ => Ok(()),
    }
}

async fn rabbitmq(url: &str) -> Result<(), String> {
    use lapin::options::QueueDeclareOptions;
    use lapin::types::FieldTable;
    let failed = |error: lapin::Error| error.to_string();
    let connection = lapin::Connection::connect(url, lapin::ConnectionProperties::default()).await.map_err(failed)?;
    let channel = connection.create_channel().await.map_err(failed)?;
    let name = format!("workshop-may-declare-{}", uuid::Uuid::new_v4().simple());
    let own = QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() };
    let declared = channel.queue_declare(name.into(), own, FieldTable::default()).await;
    declared.map_err(|error| format!("its user may not declare queues ({error})"))?;
    connection.close(200, "only asking".into()).await.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::url_fits;
    use crate::Server::{Postgres, RabbitMq, Redis};

    #[test]
    fn a_url_leads_to_a_host_in_the_clear() {
        let good = [
            (Postgres, "postgres://me:p%40ss@db.local:5433/shop"),
            (Postgres, "postgresql://localhost/shop?sslmode=prefer"),
            (Postgres, "postgres://[::1]:5432/shop"),
            (Redis, "redis://127.0.0.1:1"),
            (RabbitMq, "amqp://u:p@h:2/%2f"),
        ];
        for (server, url) in good {
            assert_eq!(url_fits(server, url), Ok(()), "{url}");
        }
    }

    #[test]
    fn whatever_else_it_says_is_refused_with_the_reason_and_without_a_password() {
        let bad = [
            (Postgres, "mysql://me:secret@db/shop", "postgres://"),
            (Postgres, "sqlite://secret.db", "postgres://"),
            (Postgres, "postgres:///secret", "no host"),
            (Postgres, "postgres://%2Fvar%2Frun%2Fpostgresql/secret", "socket"),
            (Postgres, "postgres://localhost/shop?host=/var/run/postgresql&user=secret", "socket"),
            (Postgres, "postgres://me:secret@db/shop?sslmode=require", "sslmode"),
            (Redis, "rediss://:secret@h:1", "encrypted"),
            (Redis, "unix:///secret", "redis://"),
            (RabbitMq, "amqps://u:secret@h", "encrypted"),
            (RabbitMq, "http://u:secret@h:15672", "amqp://"),
            (RabbitMq, "secret", "amqp://"),
        ];
        for (server, url, why) in bad {
            let said = url_fits(server, url).expect_err(url);
            assert!(said.contains(why) && !said.contains("secret"), "{url}: {said}");
        }
    }
}
