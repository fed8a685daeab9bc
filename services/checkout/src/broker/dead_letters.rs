//! Dead letters: looking at the messages that the worker gave up, and putting them back into its queue.
//!
//! They stay in RabbitMQ, in a durable queue nobody consumes. Whoever looks takes them without acknowledging and gives them
//! back, so they keep their places; two people at once each see a part. Putting one back publishes it with confirmation and
//! only then acknowledges it: a crash between the two makes two messages, of which the worker recognises the second.

use super::{Message, PublishError, Publisher, Topology, connect, headers};
use lapin::{
    Channel, Connection,
    message::BasicGetMessage,
    options::{BasicAckOptions, BasicGetOptions, BasicNackOptions, QueueDeclareOptions},
    types::FieldTable,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use tracing::Instrument as _;

/// The most dead letters that one call takes into memory.
pub const MOST: u32 = 10_000;

/// The dead-letter queue of one shop.
pub struct DeadLetters {
    url: String,
    publisher: Publisher,
}

/// A message that the worker gave up.
#[derive(Clone, Debug, Serialize)]
pub struct DeadLetter {
    /// The message's id, which is its event's in the outbox; empty where it has none.
    pub id: String,
    /// Since when it is dead, RFC 3339; nothing if the broker itself put it here.
    pub dead_since: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// How many times it had been tried again.
    pub retries: u32,
    /// The order, if the message can be read.
    pub order_id: Option<i64>,
}

/// What [`DeadLetters::list`] found.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// How many there are in all.
    pub total: u32,
    /// The oldest of them.
    pub dead_letters: Vec<DeadLetter>,
}

/// Which dead letters to put back.
#[derive(Clone, Debug)]
pub enum Which {
    /// All of them.
    All,
    /// Those with one of these ids.
    Ids(BTreeSet<String>),
}

impl Which {
    fn includes(&self, id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Ids(ids) => ids.contains(id),
        }
    }
}

impl DeadLetters {
    /// At `AMQP_URL`, with the names of `AMQP_PREFIX`. Connects for each call, because calls are rare.
    #[must_use]
    pub fn new(url: &str, prefix: &str) -> Self {
        let publisher = Publisher::new(url.to_owned(), "dead letters", Topology::new(prefix));
        Self { url: url.to_owned(), publisher }
    }

    /// The oldest dead letters, at most `limit`.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn list(&self, limit: u32) -> anyhow::Result<Listed> {
        let taken = self.take().await?;
        let mut dead_letters = Vec::new();
        while dead_letters.len() < limit.min(MOST) as usize
            && let Some(message) = taken.next().await?
        {
            dead_letters.push(read(&message));
        }
        taken.give_back().await?;
        Ok(Listed { total: taken.total, dead_letters })
    }

    /// Puts them back into the worker's queue with their retries unused; returns how many.
    ///
    /// # Errors
    /// When the broker does not answer. Some may have been put back by then; the others are still here.
    pub async fn put_back(&self, which: &Which) -> anyhow::Result<u32> {
        self.publisher.reconnect().await?;
        let taken = self.take().await?;
        let mut count = 0;
        // Not beyond those that were here at the beginning: one that fails again at once would be put back for ever.
        for _ in 0..taken.total.min(MOST) {
            let Some(message) = taken.next().await? else { break };
            if which.includes(&headers::message_id(&message.properties)) {
                self.again(&message).await?;
                message.ack(BasicAckOptions::default()).await?;
                count += 1;
            }
        }
        taken.give_back().await?;
        telemetry::count("shop.orders.put_back", u64::from(count), &[]);
        tracing::info!(count, "dead letters put back");
        Ok(count)
    }

    async fn again(&self, message: &BasicGetMessage) -> Result<(), PublishError> {
        let span = tracing::info_span!("dead_letter.put_back", otel.name = "put back");
        // Its order's trace, not the one of whoever puts it back.
        telemetry::adopt(&span, &headers::texts(&message.properties).collect::<BTreeMap<_, _>>());
        let headers = headers::kept(&message.properties, &[headers::REASON, headers::DEAD_SINCE]);
        let (id, body) = (headers::message_id(&message.properties), message.data.clone());
        let queue = &self.publisher.topology().queue;
        self.publisher.queue(queue, Message { id, body, headers, expires: None }).instrument(span).await
    }

    async fn take(&self) -> anyhow::Result<Taken> {
        let connection = connect(&self.url, "dead letters").await?;
        let channel = connection.create_channel().await?;
        self.publisher.topology().declare(&channel).await?;
        let queue = self.publisher.topology().dead.clone();
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        let total = channel.queue_declare(queue.as_str().into(), passive, FieldTable::default()).await?.message_count();
        Ok(Taken { queue, total, channel, _connection: connection })
    }
}

/// Messages taken from the queue and not yet acknowledged. If the connection is lost, the broker puts them back by itself.
struct Taken {
    queue: String,
    total: u32,
    channel: Channel,
    _connection: Connection,
}

impl Taken {
    async fn next(&self) -> lapin::Result<Option<BasicGetMessage>> {
        self.channel.basic_get(self.queue.as_str().into(), BasicGetOptions::default()).await
    }

    /// Gives back whatever was not acknowledged.
    async fn give_back(&self) -> lapin::Result<()> {
        // Tag 0 stands for all.
        self.channel.basic_nack(0, BasicNackOptions { multiple: true, requeue: true }).await
    }
}

fn read(message: &BasicGetMessage) -> DeadLetter {
    #[derive(serde::Deserialize)]
    struct Order {
        order_id: i64,
    }
    let properties = &message.properties;
    DeadLetter {
        id: headers::message_id(properties),
        dead_since: headers::text(properties, headers::DEAD_SINCE),
        reason: headers::text(properties, headers::REASON),
        retries: headers::retries(properties),
        order_id: serde_json::from_slice(&message.data).ok().map(|Order { order_id }| order_id),
    }
}
