//! Messages for RabbitMQ as a source of work: published when they are due, done when the broker has confirmed them.
//!
//! The wait for the confirmation is on the driver's runtime, by the driver's clock. lapin reads and writes its socket on a
//! thread of its own, so the bytes on the wire are not counted and that thread's CPU time is not among the driver's.

use super::protocol::Reuse;
use anyhow::Context as _;
use bytes::Bytes;
use http::HeaderValue;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// AMQP's number for "write it to disk".
const PERSISTENT: u8 = 2;
/// What connections are closed with: AMQP's "success".
const SUCCESS: u16 = 200;

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Empty for the default exchange, which routes to the queue of the key's name.
    exchange: String,
    key: String,
}

impl Address {
    /// `/exchanges/NAME/ROUTING.KEY` or `/queues/NAME`, as RabbitMQ 4 writes target addresses in AMQP 1.0; names without
    /// slashes.
    ///
    /// # Errors
    /// Another text, or one with percent-encoding or placeholders.
    pub(super) fn at(path: &str) -> anyhow::Result<Self> {
        let parts: Vec<&str> = path.split('/').collect();
        let plain = !parts.iter().skip(1).any(|part| part.is_empty()) && !path.contains(['%', '?', ' ', '{', '}']);
        let (exchange, key) = match parts[..] {
            ["", "exchanges", exchange, key] if plain => (exchange, key),
            ["", "queues", queue] if plain => ("", queue),
            _ => anyhow::bail!("{path}: neither /exchanges/NAME/KEY nor /queues/NAME"),
        };
        Ok(Self { exchange: exchange.to_owned(), key: key.to_owned() })
    }

    /// Exchange and key at a broker where every name of a queue or exchange begins with `prefix`.
    fn with(&self, prefix: &str) -> (String, String) {
        match self.exchange.as_str() {
            "" => (String::new(), format!("{prefix}{}", self.key)),
            exchange => (format!("{prefix}{exchange}"), self.key.clone()),
        }
    }
}

/// A broker, connected to when the first message is due.
pub(super) struct Broker {
    url: String,
    prefix: String,
    link: tokio::sync::Mutex<Option<Link>>,
    opened: AtomicU64,
}

/// A connection and its channel in confirm mode.
struct Link {
    connection: Connection,
    channel: Channel,
}

impl Broker {
    pub(super) fn new(url: String, prefix: String) -> Self {
        Self { url, prefix, link: tokio::sync::Mutex::default(), opened: AtomicU64::new(0) }
    }

    /// Connections opened so far.
    pub(super) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// Publishes a message and waits until the broker has confirmed it.
    ///
    /// # Errors
    /// No connection, no queue that takes it, or a broker that does not want it; the text is the kind counted.
    pub(super) async fn publish(
        &self,
        address: &Address,
        body: &Bytes,
        traceparent: &HeaderValue,
        reuse: Reuse,
    ) -> Result<(), String> {
        let cannot = |error: anyhow::Error| format!("cannot connect to the broker: {error:#}");
        match reuse {
            Reuse::Kept => {
                let channel = self.channel().await.map_err(cannot)?;
                self.send(&channel, address, body, traceparent).await
            }
            Reuse::PerRequest => {
                let Link { connection, channel } = self.open().await.map_err(cannot)?;
                let sent = self.send(&channel, address, body, traceparent).await;
                // After the confirmation, so that it is no part of the latency; whether the broker hears it does not matter.
                tokio::spawn(async move { drop(connection.close(SUCCESS, "done".into()).await) });
                sent
            }
        }
    }

    async fn send(
        &self,
        channel: &Channel,
        address: &Address,
        body: &Bytes,
        traceparent: &HeaderValue,
    ) -> Result<(), String> {
        let (exchange, key) = address.with(&self.prefix);
        let trace = AMQPValue::LongString(traceparent.as_bytes().into());
        let headers: FieldTable = BTreeMap::from([("traceparent".into(), trace)]).into();
        let properties = BasicProperties::default()
            .with_content_type("application/json".into())
            .with_delivery_mode(PERSISTENT)
            .with_headers(headers);
        // Mandatory: a message for which there is no queue comes back instead of vanishing.
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let confirmed =
            async { channel.basic_publish(exchange.into(), key.into(), options, body, properties).await?.await };
        match confirmed.await {
            Ok(confirmation) if !confirmation.is_ack() => Err("refused by the broker".to_owned()),
            Ok(confirmation) => match confirmation.take_message() {
                Some(_returned) => Err("no queue takes it".to_owned()),
                None => Ok(()),
            },
            Err(error) => Err(format!("not confirmed: {error}")),
        }
    }

    /// The kept channel, or a new one where there is none or it broke.
    async fn channel(&self) -> anyhow::Result<Channel> {
        let mut link = self.link.lock().await;
        match &*link {
            Some(Link { channel, .. }) if channel.status().connected() => Ok(channel.clone()),
            _ => {
                let opened = self.open().await?;
                let channel = opened.channel.clone();
                *link = Some(opened);
                Ok(channel)
            }
        }
    }

    async fn open(&self) -> anyhow::Result<Link> {
        let properties = ConnectionProperties::default().with_connection_name("load driver".into());
        let connection = Connection::connect(&self.url, properties).await?;
        self.opened.fetch_add(1, Ordering::Relaxed);
        let channel = connection.create_channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await.context("no publisher confirms")?;
        Ok(Link { connection, channel })
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn addresses_are_rabbitmqs_own_and_names_get_the_prefix() {
        let names = |path: &str| Address::at(path).map(|address| address.with("arm0."));
        let expected = ("arm0.orders".to_owned(), "order.placed".to_owned());
        assert_eq!(names("/exchanges/orders/order.placed").unwrap(), expected);
        assert_eq!(names("/queues/retry").unwrap(), (String::new(), "arm0.retry".to_owned()));
        for wrong in
            ["orders", "/orders", "/queues/", "/queues/a/b", "/exchanges/orders", "/queues/a%20b", "/v1/orders"]
        {
            assert!(names(wrong).unwrap_err().to_string().contains("neither /exchanges"), "{wrong}");
        }
    }
}
