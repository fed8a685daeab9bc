//! Do the servers still answer? One that was stopped is told from one that hangs.

use anyhow::{Context as _, Error};
use sqlx::Connection as _;
use stack::Stack;
use std::io::ErrorKind;
use std::time::Duration;

/// How long a server may take to take a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks each server for a connection.
///
/// # Errors
/// The first that gives none, and why.
pub(super) async fn answers(stack: &Stack) -> anyhow::Result<()> {
    if let Some(url) = stack.database_url() {
        let asked = tokio::time::timeout(PATIENCE, sqlx::PgConnection::connect(url)).await;
        asked.context("Postgres does not answer within 5 s")?.map_err(|error| {
            let gone = matches!(&error, sqlx::Error::Io(error) if is_gone(error.kind()));
            unanswered("Postgres", gone, error.into())
        })?;
    }
    if let Some(url) = stack.redis_url() {
        let client = redis::Client::open(url)?;
        let asked = tokio::time::timeout(PATIENCE, client.get_multiplexed_async_connection()).await;
        let asked = asked.context("Redis does not answer within 5 s")?;
        asked.map_err(|error| unanswered("Redis", error.is_connection_refusal(), error.into()))?;
    }
    if let Some(url) = stack.amqp_url() {
        let address = super::address::resolve(url).await?;
        let asked = tokio::time::timeout(PATIENCE, tokio::net::TcpStream::connect(address)).await;
        let asked = asked.context("RabbitMQ does not answer within 5 s")?;
        asked.map_err(|error| unanswered("RabbitMQ", is_gone(error.kind()), error.into()))?;
    }
    Ok(())
}

/// Nobody listens there any more.
fn is_gone(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionRefused | ErrorKind::NotFound)
}

fn unanswered(server: &str, gone: bool, error: Error) -> Error {
    error.context(match gone {
        true => format!("{server} was stopped from outside, for instance by Ctrl-C in the terminal that started it"),
        false => format!("{server} takes no connection"),
    })
}

#[cfg(test)]
mod tests {
    use super::{is_gone, unanswered};

    #[tokio::test]
    async fn a_port_where_nobody_listens_any_more_was_somebodys() {
        let address = {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            listener.local_addr().unwrap()
        };
        let error = tokio::net::TcpStream::connect(address).await.unwrap_err();
        assert!(is_gone(error.kind()));
        let told = format!("{:#}", unanswered("RabbitMQ", true, error.into()));
        assert!(told.contains("RabbitMQ was stopped from outside") && told.contains("refused"), "{told}");
    }
}
