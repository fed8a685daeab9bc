//! Publishing: persistent messages, routed or refused, and done only when the broker has confirmed.

use super::{Topology, connect};
use lapin::{
    BasicProperties, Channel, Connection,
    options::{BasicPublishOptions, ConfirmSelectOptions},
    types::{AMQPValue, FieldTable},
};
use std::{collections::BTreeMap, sync::Mutex, time::Duration};
use telemetry::publish_span;
use tracing::{Instrument as _, Span};

/// How long the broker may take to confirm.
const CONFIRM: Duration = Duration::from_secs(2);
/// AMQP's number for "write it to disk".
const PERSISTENT: u8 = 2;

/// What is published.
#[derive(Clone, Debug)]
pub struct Message {
    /// The same for every copy of a message: how a consumer recognises one that it has seen.
    pub id: String,
    /// JSON.
    pub body: Vec<u8>,
    /// More headers beside the trace context.
    pub headers: FieldTable,
    /// How long it may wait in its queue.
    pub expires: Option<Duration>,
}

/// Why a message is not known to be with the broker. It may be there all the same: publish again, with the same id.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// There is no connection; [`Publisher::reconnect`] makes one.
    #[error("not connected to the broker")]
    Away,
    /// The broker or the connection failed.
    #[error(transparent)]
    Broker(#[from] lapin::Error),
    /// No confirmation in time.
    #[error("the broker did not confirm within {} s", CONFIRM.as_secs())]
    Slow,
    /// No queue takes it, or the broker could not keep it.
    #[error("the broker refused the message")]
    Refused,
}

impl PublishError {
    /// For metrics.
    fn kind(&self) -> &'static str {
        match self {
            Self::Away => "not_connected",
            Self::Broker(_) => "broker",
            Self::Slow => "timeout",
            Self::Refused => "refused",
        }
    }
}

/// Publishes over one channel in confirm mode; made again when it breaks.
pub struct Publisher {
    url: String,
    name: &'static str,
    topology: Topology,
    link: Mutex<Option<(Connection, Channel)>>,
}

impl Publisher {
    /// Not connected yet.
    #[must_use]
    pub fn new(url: String, name: &'static str, topology: Topology) -> Self {
        Self { url, name, topology, link: Mutex::new(None) }
    }

    /// The names it publishes to.
    #[must_use]
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// Connects and declares the queues unless that is done.
    ///
    /// # Errors
    /// When the broker does not answer, or refuses.
    pub async fn reconnect(&self) -> anyhow::Result<()> {
        if self.channel().is_some() {
            return Ok(());
        }
        let connection = connect(&self.url, self.name).await?;
        let channel = connection.create_channel().await?;
        self.topology.declare(&channel).await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        *self.lock() = Some((connection, channel));
        Ok(())
    }

    /// Publishes an event by its topic, and waits for the confirmation.
    ///
    /// # Errors
    /// [`PublishError`]; at once where there is no connection.
    pub async fn event(&self, topic: &str, message: Message) -> Result<(), PublishError> {
        let exchange = self.topology.exchange.clone();
        self.publish(publish_span!(&exchange, topic, message.id), &exchange, topic, message).await
    }

    /// Puts a message into a queue, and waits for the confirmation.
    ///
    /// # Errors
    /// [`PublishError`]; at once where there is no connection.
    pub async fn queue(&self, queue: &str, message: Message) -> Result<(), PublishError> {
        self.publish(publish_span!("", queue, message.id), "", queue, message).await
    }

    async fn publish(&self, span: Span, exchange: &str, key: &str, message: Message) -> Result<(), PublishError> {
        async {
            let sent = match self.channel() {
                Some(channel) => {
                    let sending = send(&channel, exchange, key, message);
                    let sent = tokio::time::timeout(CONFIRM, sending).await.unwrap_or(Err(PublishError::Slow));
                    if matches!(sent, Err(PublishError::Slow)) {
                        // A broker that hangs would make every order wait; the next ones go to the outbox at once.
                        *self.lock() = None;
                    }
                    sent
                }
                None => Err(PublishError::Away),
            };
            if let Err(error) = &sent {
                telemetry::failed(error.kind(), error);
            }
            sent
        }
        .instrument(span)
        .await
    }

    fn channel(&self) -> Option<Channel> {
        let mut link = self.lock();
        if link.as_ref().is_some_and(|(_, channel)| !channel.status().connected()) {
            *link = None;
        }
        link.as_ref().map(|(_, channel)| channel.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Connection, Channel)>> {
        self.link.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

async fn send(channel: &Channel, exchange: &str, key: &str, message: Message) -> Result<(), PublishError> {
    let mut headers: BTreeMap<_, _> = message.headers.inner().clone();
    headers.extend(telemetry::current_context().into_iter().map(|(k, v)| (k.into(), AMQPValue::LongString(v.into()))));
    let mut properties = BasicProperties::default()
        .with_content_type("application/json".into())
        .with_delivery_mode(PERSISTENT)
        .with_message_id(message.id.into())
        .with_headers(headers.into());
    if let Some(expires) = message.expires {
        properties = properties.with_expiration(expires.as_millis().to_string().into());
    }
    // Mandatory: a message for which there is no queue comes back instead of vanishing.
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let confirm = channel.basic_publish(exchange.into(), key.into(), options, &message.body, properties).await?.await?;
    if confirm.is_ack() && confirm.take_message().is_none() { Ok(()) } else { Err(PublishError::Refused) }
}
