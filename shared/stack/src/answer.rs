//! Does a server answer? Asked by doing what a client does: connect, log in, one command.

use std::time::Duration;

use sqlx::{Connection as _, postgres::PgConnectOptions};
use tokio::time::timeout;

use crate::Server;

/// How long one try may take. Generous, because a broker on a busy machine is slow to greet.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);

/// Host and port of a URL, without user and password; an error says why it cannot be read.
pub(crate) fn address(server: Server, url: &str) -> Result<String, String> {
    match server {
        Server::Postgres => {
            let options: PgConnectOptions = url.parse().map_err(|error: sqlx::Error| error.to_string())?;
            Ok(format!("{}:{}", options.get_host(), options.get_port()))
        }
        Server::Redis => {
            let client = redis::Client::open(url).map_err(|error| error.to_string())?;
            Ok(client.get_connection_info().addr().to_string())
        }
        Server::RabbitMq => {
            let uri: lapin::uri::AMQPUri = url.parse()?;
            Ok(format!("{}:{}", uri.authority.host, uri.authority.port))
        }
    }
}

/// One try to use the server at this URL.
pub(crate) async fn answers(server: Server, url: &str) -> Result<(), String> {
    let address = address(server, url)?;
    // A bare connection first: while nothing listens, it is refused at once and starts no client machinery.
    timeout(TIMEOUT, tokio::net::TcpStream::connect(&address))
        .await
        .map_err(|_| "no connection within 5 s".to_owned())?
        .map_err(|error| error.to_string())?;
    timeout(TIMEOUT, greet(server, url)).await.map_err(|_| "no reply within 5 s".to_owned())?
}

async fn greet(server: Server, url: &str) -> Result<(), String> {
    match server {
        Server::Postgres => {
            let mut connection = sqlx::PgConnection::connect(url).await.map_err(|error| error.to_string())?;
            sqlx::query("select 1").execute(&mut connection).await.map_err(|error| error.to_string())?;
            connection.close().await.map_err(|error| error.to_string())
        }
        Server::Redis => {
            let client = redis::Client::open(url).map_err(|error| error.to_string())?;
            let mut connection = client.get_multiplexed_async_connection().await.map_err(|error| error.to_string())?;
            redis::cmd("PING").exec_async(&mut connection).await.map_err(|error| error.to_string())
        }
        Server::RabbitMq => {
            let connection = lapin::Connection::connect(url, lapin::ConnectionProperties::default())
                .await
                .map_err(|error| error.to_string())?;
            connection.close(200, "only asking".into()).await.map_err(|error| error.to_string())
        }
    }
}
