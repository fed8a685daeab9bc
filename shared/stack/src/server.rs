//! The three servers the stack knows.

use std::fmt;

/// One of the servers the stack can hand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Server {
    /// The database.
    Postgres,
    /// The cache.
    Redis,
    /// The message broker.
    RabbitMq,
}

impl Server {
    /// All three, in the order they are reported.
    pub const ALL: [Server; 3] = [Server::Postgres, Server::Redis, Server::RabbitMq];

    /// The environment variable that carries its URL.
    pub fn variable(self) -> &'static str {
        match self {
            Server::Postgres => "DATABASE_URL",
            Server::Redis => "REDIS_URL",
            Server::RabbitMq => "AMQP_URL",
        }
    }

    /// The program that is the server, as the machine's packages name it.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Server::Postgres => "postgres",
            Server::Redis => "redis-server",
            Server::RabbitMq => "rabbitmq-server",
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Server::Postgres => "Postgres",
            Server::Redis => "Redis",
            Server::RabbitMq => "RabbitMQ",
        })
    }
}
