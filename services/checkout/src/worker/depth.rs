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

/// The queues, by their names without the prefix (the retry queues count as one), and the messages each of them has ready. What a consumer has taken and not yet
/// acknowledged is not among them.
///
/// # Errors
/// When the channel is closed, or a queue is not there, which closes it.
pub async fn waiting(channel: &Channel, topology: &Topology) -> lapin::Result<[(&'static str, u32); 3]> {
    let mut queues = [("order-worker", 0), ("order-worker.retry", 0), ("order-worker.dead", 0)];
    let one = std::slice::from_ref;
    let groups = [one(&topology.queue), topology.retries.as_slice(), one(&topology.dead)];
    for ((_, messages), names) in queues.iter_mut().zip(groups) {
        for name in names {
            let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
            let queue = channel.queue_declare(name.as_str().into(), passive, FieldTable::default()).await?;
            *messages += queue.message_count();
        }
    }
    Ok(queues)
}
