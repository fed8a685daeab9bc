//! One delivery: the trace it belongs to, the work, and the answer to the broker.
//!
//! Done: acknowledged. Hopeless, or failed as often as allowed: put into the dead-letter queue. Failed for now: put into a
//! retry queue. Either is confirmed first and then acknowledged, so that a crash between the two makes two messages, never none.

use super::{failure::Failure, tools::Tools, work};
use crate::broker::{Message, ORDER_PLACED, headers};
use lapin::{
    message::Delivery,
    options::{BasicAckOptions, BasicNackOptions, BasicRejectOptions},
    types::{AMQPValue, FieldTable},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use telemetry::consume_span;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tracing::Instrument as _;

/// The longest reason that is written into a dead letter.
const LONGEST_REASON: usize = 500;

pub(super) async fn handle(tools: Arc<Tools>, delivery: Delivery) {
    let topology = tools.publisher.topology();
    let id = headers::message_id(&delivery.properties);
    let span = consume_span!(topology.exchange.as_str(), ORDER_PLACED, topology.queue.as_str(), id);
    telemetry::adopt(&span, &headers::texts(&delivery.properties).collect::<BTreeMap<_, _>>());
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
    telemetry::failed(failure.kind(), &failure);
    let used = headers::retries(&delivery.properties);
    let again = match &failure {
        Failure::Hopeless(_) => None,
        Failure::ForNow(_) => (used < tools.schedule.retries).then_some(used + 1),
        Failure::NotSent(_) | Failure::Database(_) => Some(used),
    };
    let Some(count) = again else { return give_up(tools, delivery, &failure, used).await };
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

/// Makes it a dead letter, which says why it is one. If that cannot be written, the broker makes it one without a reason.
async fn give_up(tools: &Tools, delivery: &Delivery, failure: &Failure, used: u32) -> lapin::Result<bool> {
    tracing::error!(%failure, retries = used, "dead-lettered; `order-worker dead-letters` lists and puts back");
    telemetry::count("shop.orders.dead_lettered", 1, &[]);
    let reason: String = failure.to_string().chars().take(LONGEST_REASON).collect();
    let mut written = kept(delivery, used);
    headers::insert(&mut written, headers::REASON, reason);
    let now = OffsetDateTime::now_utc().replace_nanosecond(0).ok().and_then(|now| now.format(&Rfc3339).ok());
    headers::insert(&mut written, headers::DEAD_SINCE, now.unwrap_or_default());
    match put(tools, delivery, &tools.publisher.topology().dead, written, None).await {
        Ok(()) => delivery.ack(BasicAckOptions::default()).await,
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "the reason is not written down");
            delivery.reject(BasicRejectOptions::default()).await
        }
    }
}

/// Puts it into a retry queue, where the broker keeps it for the delay. Nothing sleeps here.
async fn put_aside(tools: &Tools, delivery: &Delivery, count: u32) -> anyhow::Result<()> {
    let (step, delay) = tools.schedule.delay(count);
    put(tools, delivery, &tools.publisher.topology().retries[step], kept(delivery, count), Some(delay)).await
}

async fn put(
    tools: &Tools,
    delivery: &Delivery,
    queue: &str,
    headers: FieldTable,
    expires: Option<Duration>,
) -> anyhow::Result<()> {
    let (id, body) = (headers::message_id(&delivery.properties), delivery.data.clone());
    tools.publisher.reconnect().await?;
    Ok(tools.publisher.queue(queue, Message { id, body, headers, expires }).await?)
}

/// What a message keeps of its headers: its trace, and how many retries it has used.
fn kept(delivery: &Delivery, retries: u32) -> FieldTable {
    let mut kept = headers::kept(&delivery.properties, &[]);
    kept.insert(headers::RETRIES.into(), AMQPValue::LongUInt(retries));
    kept
}
