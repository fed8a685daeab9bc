//! The reader of one connection, whatever its protocol.

use super::amqp::Amqp;
use super::gather::Lost;
use super::http::Http;
use super::postgres::Postgres;
use super::redis::Redis;
use super::traffic::Tally;
use std::sync::Arc;

/// What is spoken over a relay whose traffic is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Statements of the frontend/backend protocol 3.
    Postgres,
    /// Commands of RESP.
    Redis,
    /// Requests of HTTP/1.1 or HTTP/2, gRPC among them.
    Http,
    /// Messages published over AMQP 0-9-1.
    Amqp,
}

#[derive(Debug)]
enum State {
    Postgres(Box<Postgres>),
    Redis(Redis),
    Http(Http),
    Amqp(Amqp),
    Lost,
}

/// The reader of one connection. It counts into the relay's table; at its end, what was left unanswered too.
#[derive(Debug)]
pub(crate) struct Reader {
    tally: Arc<Tally>,
    state: State,
}

impl Reader {
    pub(crate) fn new(protocol: Protocol, tally: Arc<Tally>) -> Self {
        let state = match protocol {
            Protocol::Postgres => State::Postgres(Box::new(Postgres::new())),
            Protocol::Redis => State::Redis(Redis::default()),
            Protocol::Http => State::Http(Http::Unknown(0)),
            Protocol::Amqp => State::Amqp(Amqp::new()),
        };
        Self { tally, state }
    }

    /// Takes bytes that went from the client to the server.
    pub(crate) fn up(&mut self, bytes: &[u8]) {
        let read = match &mut self.state {
            State::Postgres(postgres) => postgres.up(bytes),
            State::Redis(redis) => redis.up(bytes, &self.tally),
            State::Http(http) => http.up(bytes, &self.tally),
            State::Amqp(amqp) => amqp.up(bytes, &self.tally),
            State::Lost => Ok(()),
        };
        self.keep(read);
    }

    /// Takes bytes that went from the server to the client.
    pub(crate) fn down(&mut self, bytes: &[u8]) {
        if let State::Postgres(postgres) = &mut self.state {
            let read = postgres.down(bytes, &self.tally);
            self.keep(read);
        }
    }

    fn keep(&mut self, read: Result<(), Lost>) {
        if read.is_err() {
            self.end();
            self.state = State::Lost;
            self.tally.unsure();
        }
    }

    fn end(&mut self) {
        if let State::Postgres(postgres) = &mut self.state {
            postgres.end(&self.tally);
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.end();
    }
}
