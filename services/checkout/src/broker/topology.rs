//! The exchange and the queues, declared by whoever connects first.
//!
//! `order.placed` goes through the exchange into the worker's queue. What failed for a while goes into a retry queue, where
//! nobody listens: when its time is up the broker puts it back into the worker's queue. What the worker gives up goes into
//! the dead-letter queue, for a person to look at.
//!
//! There is a retry queue for every step of the schedule, because RabbitMQ drops expired messages only at the head of a queue:
//! in a single one a message that waits for minutes would hold up those behind it that wait for seconds. A table of parked
//! messages in Postgres would need no such queues, but then a failing Postgres could not be waited for.

use lapin::{
    Channel, ExchangeKind, Result,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};

/// The topic of the event published for every order.
pub const ORDER_PLACED: &str = "order.placed";
/// How many steps the delays between two tries have; from the last one on they are equally long.
pub const RETRY_STEPS: u32 = 6;

/// The names, with the prefix that keeps two arms of a measurement apart.
#[derive(Clone, Debug)]
pub struct Topology {
    /// Where events are published, by topic.
    pub exchange: String,
    /// The worker's.
    pub queue: String,
    /// Where a message waits for its next try: one for each of the [`RETRY_STEPS`].
    pub retries: Vec<String>,
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
            retries: (1..=RETRY_STEPS).map(|step| format!("{prefix}order-worker.retry.{step}")).collect(),
            dead: format!("{prefix}order-worker.dead"),
        }
    }

    /// Every queue.
    pub fn queues(&self) -> impl Iterator<Item = &String> {
        [&self.queue, &self.dead].into_iter().chain(&self.retries)
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
        for retry in &self.retries {
            channel.queue_declare(retry.as_str().into(), durable, dead_letters_to(&self.queue)).await?;
        }
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
