//! The exchange and the three queues, declared by whoever connects first.
//!
//! `order.placed` goes through the exchange into the worker's queue. What failed for a while goes into the retry queue, where
//! nobody listens: when its time is up the broker puts it back into the worker's queue. What the worker rejects, the broker
//! puts into the dead-letter queue, for a person to look at.

use lapin::{
    Channel, ExchangeKind, Result,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};

/// The topic of the event published for every order.
pub const ORDER_PLACED: &str = "order.placed";

/// The names, with the prefix that keeps two arms of a measurement apart.
#[derive(Clone, Debug)]
pub struct Topology {
    /// Where events are published, by topic.
    pub exchange: String,
    /// The worker's.
    pub queue: String,
    /// Where a message waits for its next try.
    pub retry: String,
    /// Where messages end that could not be worked on.
    pub dead: String,
}

impl Topology {
    /// With `AMQP_PREFIX`.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        Self {
            exchange: format!("{prefix}shop.events"),
            queue: format!("{prefix}order-worker"),
            retry: format!("{prefix}order-worker.retry"),
            dead: format!("{prefix}order-worker.dead"),
        }
    }

    /// Declares everything; what is there already stays. Both programs do it: a message published before the worker
    /// ever started must find a queue.
    ///
    /// # Errors
    /// When the broker refuses, such as for a queue that is there with other arguments.
    pub async fn declare(&self, channel: &Channel) -> Result<()> {
        let exchange = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        channel
            .exchange_declare(self.exchange.as_str().into(), ExchangeKind::Topic, exchange, FieldTable::default())
            .await?;
        let durable = QueueDeclareOptions::durable();
        channel.queue_declare(self.dead.as_str().into(), durable, FieldTable::default()).await?;
        channel.queue_declare(self.queue.as_str().into(), durable, dead_letters_to(&self.dead)).await?;
        channel.queue_declare(self.retry.as_str().into(), durable, dead_letters_to(&self.queue)).await?;
        let (queue, exchange) = (self.queue.as_str().into(), self.exchange.as_str().into());
        channel
            .queue_bind(queue, exchange, ORDER_PLACED.into(), QueueBindOptions::default(), FieldTable::default())
            .await
    }
}

/// What leaves this queue unacknowledged or too old goes to that one.
fn dead_letters_to(queue: &str) -> FieldTable {
    let text = |text: &str| AMQPValue::LongString(text.into());
    let mut arguments = FieldTable::default();
    arguments.insert("x-dead-letter-exchange".into(), text(""));
    arguments.insert("x-dead-letter-routing-key".into(), text(queue));
    arguments
}
