//! How many messages wait in each of the queues, reported while the worker consumes.

use crate::broker::Topology;
use lapin::{Channel, options::QueueDeclareOptions, types::FieldTable};
use std::time::Duration;

/// Between two looks. Metrics are sent once a second; what was higher in between is not seen.
const EVERY: Duration = Duration::from_millis(500);

/// Reports until the channel closes.
pub(super) async fn report(channel: Channel, topology: Topology) {
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tick.tick().await;
        match waiting(&channel, &topology).await {
            Ok(queues) => {
                for (queue, messages) in queues {
                    telemetry::queue_depth(queue, u64::from(messages));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "how many messages wait is not known any more");
                return;
            }
        }
    }
}

/// The queues, by their names without the prefix, and the messages each of them has ready. What a consumer has taken and not yet
/// acknowledged is not among them.
///
/// # Errors
/// When the channel is closed, or a queue is not there, which closes it.
pub async fn waiting(channel: &Channel, topology: &Topology) -> lapin::Result<[(&'static str, u32); 3]> {
    let mut queues = [("order-worker", 0), ("order-worker.retry", 0), ("order-worker.dead", 0)];
    for ((_, messages), name) in queues.iter_mut().zip([&topology.queue, &topology.retry, &topology.dead]) {
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        *messages = channel.queue_declare(name.as_str().into(), passive, FieldTable::default()).await?.message_count();
    }
    Ok(queues)
}
