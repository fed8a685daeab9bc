//! Which servers a caller asks for.

use std::str::FromStr;

use crate::{Server, StackError};

/// Which servers are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Postgres is wanted.
    pub postgres: bool,
    /// Redis is wanted.
    pub redis: bool,
    /// RabbitMQ is wanted.
    pub rabbitmq: bool,
}

impl Needs {
    /// Nothing: the start of a chain of `with_` calls.
    pub const NONE: Needs = Needs { postgres: false, redis: false, rabbitmq: false };
    /// All three servers.
    pub const ALL: Needs = Needs { postgres: true, redis: true, rabbitmq: true };

    /// With Postgres.
    pub const fn with_postgres(self) -> Self {
        Needs { postgres: true, ..self }
    }

    /// With Redis.
    pub const fn with_redis(self) -> Self {
        Needs { redis: true, ..self }
    }

    /// With RabbitMQ.
    pub const fn with_rabbitmq(self) -> Self {
        Needs { rabbitmq: true, ..self }
    }

    /// What either wants.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Needs {
            postgres: self.postgres || other.postgres,
            redis: self.redis || other.redis,
            rabbitmq: self.rabbitmq || other.rabbitmq,
        }
    }

    /// Is this server wanted?
    pub fn wants(self, server: Server) -> bool {
        match server {
            Server::Postgres => self.postgres,
            Server::Redis => self.redis,
            Server::RabbitMq => self.rabbitmq,
        }
    }

    /// The wanted servers.
    pub fn servers(self) -> Vec<Server> {
        Server::ALL.into_iter().filter(|server| self.wants(*server)).collect()
    }
}

impl FromStr for Needs {
    type Err = StackError;

    /// Reads `postgres,redis,rabbitmq`, any part of it, or `all`. Unknown names are refused: `exercise.toml` has other
    /// needs too (the services), which its reader sorts out first.
    fn from_str(text: &str) -> Result<Self, StackError> {
        text.split(',').map(str::trim).filter(|name| !name.is_empty()).try_fold(Needs::NONE, |needs, name| match name {
            "postgres" => Ok(needs.with_postgres()),
            "redis" => Ok(needs.with_redis()),
            "rabbitmq" => Ok(needs.with_rabbitmq()),
            "all" => Ok(Needs::ALL),
            other => Err(StackError::UnknownServer(other.to_owned())),
        })
    }
}
