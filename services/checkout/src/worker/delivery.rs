//! One delivery: the trace it belongs to, the work, and the answer to the broker.
//!
//! Done: acknowledged. Hopeless: rejected, and the broker puts it into the dead-letter queue. Failed for now: put into the
//! retry queue first, with confirmation, and then acknowledged, so that a crash between the two makes two messages, never none.

use super::{failure::Failure, tools::Tools, work};
use crate::broker::Message;
use lapin::{
    message::Delivery,
    options::{BasicAckOptions, BasicNackOptions, BasicRejectOptions},
    types::{AMQPValue, FieldTable},
};
use std::{collections::BTreeMap, sync::Arc};
use telemetry::consume_span;
use tracing::{Instrument as _, Span};

/// How many times a message is tried again after its first try.
const RETRIES: u32 = 3;
/// Our header that counts them.
const RETRIES_HEADER: &str = "x-shop-retries";

pub(super) async fn handle(tools: Arc<Tools>, delivery: Delivery) {
    let span = consume_span!(tools.publisher.topology().queue);
    telemetry::adopt(&span, &context(&delivery));
    async {
        let answered = match work::fulfil(&tools, &delivery).await {
            Ok(()) => delivery.ack(BasicAckOptions::default()).await,
            Err(failure) => fail(&tools, &delivery, failure).await,
        };
        if let Err(error) = answered {
            tracing::warn!(%error, "the broker did not get our answer; the message will come again");
        }
    }
    .instrument(span)
    .await;
}

async fn fail(tools: &Tools, delivery: &Delivery, failure: Failure) -> lapin::Result<bool> {
    Span::current().record("otel.status_code", "ERROR");
    let used = retries(delivery);
    let again = match &failure {
        Failure::Hopeless(_) => None,
        Failure::ForNow(_) => (used < RETRIES).then_some(used + 1),
        Failure::NotSent(_) | Failure::Database(_) => Some(used),
    };
    let Some(count) = again else {
        tracing::error!(%failure, retries = used, "dead-lettered");
        telemetry::count("shop.orders.dead_lettered", 1, &[]);
        return delivery.reject(BasicRejectOptions::default()).await;
    };
    tracing::warn!(%failure, retries = used, "tried again later");
    telemetry::count("shop.orders.retried", 1, &[]);
    match put_aside(tools, delivery, count).await {
        Ok(()) => delivery.ack(BasicAckOptions::default()).await,
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "could not be put aside; back into the queue");
            delivery.nack(BasicNackOptions { requeue: true, ..BasicNackOptions::default() }).await
        }
    }
}

/// Puts it into the retry queue, where the broker keeps it for the delay. Nothing sleeps here.
async fn put_aside(tools: &Tools, delivery: &Delivery, count: u32) -> anyhow::Result<()> {
    let mut headers = FieldTable::default();
    headers.insert(RETRIES_HEADER.into(), AMQPValue::LongUInt(count));
    let id = delivery.properties.message_id().as_ref().map(ToString::to_string).unwrap_or_default();
    let (body, expires) = (delivery.data.clone(), Some(tools.retry_delay));
    tools.publisher.reconnect().await?;
    let retry = tools.publisher.topology().retry.clone();
    Ok(tools.publisher.queue(&retry, Message { id, body, headers, expires }).await?)
}

fn retries(delivery: &Delivery) -> u32 {
    let headers = delivery.properties.headers().as_ref();
    match headers.and_then(|headers| headers.inner().get(RETRIES_HEADER)) {
        Some(AMQPValue::LongUInt(count)) => *count,
        Some(AMQPValue::LongLongInt(count)) => u32::try_from(*count).unwrap_or(RETRIES),
        _ => 0,
    }
}

/// The headers that are text, the W3C context among them.
fn context(delivery: &Delivery) -> BTreeMap<String, String> {
    let headers = delivery.properties.headers().as_ref();
    let text = |(name, value): (&lapin::types::ShortString, &AMQPValue)| match value {
        AMQPValue::LongString(text) => Some((name.to_string(), text.to_string())),
        _ => None,
    };
    headers.map(|headers| headers.inner().iter().filter_map(text).collect()).unwrap_or_default()
}
