//! Metrics that are not about HTTP: the state of a pool, and plain counts of events.

use crate::names;
use opentelemetry::{KeyValue, global};

/// Reports a pool's connections, by state, whenever metrics are collected: `state()` gives (size, idle).
pub fn observe_pool(pool: &'static str, state: impl Fn() -> (u32, u32) + Send + Sync + 'static) {
    global::meter("pool")
        .u64_observable_gauge(names::METRIC_POOL_CONNECTIONS)
        .with_callback(move |gauge| {
            let (size, idle) = state();
            let of = |state| {
                [
                    KeyValue::new("db.client.connection.pool.name", pool),
                    KeyValue::new("db.client.connection.state", state),
                ]
            };
            gauge.observe(u64::from(size.saturating_sub(idle)), &of("used"));
            gauge.observe(u64::from(idle), &of("idle"));
        })
        .build();
}

/// Reports how many messages of a queue wait to be taken. Queue names must come from a small fixed set.
pub fn queue_depth(queue: &'static str, messages: u64) {
    let labels = [KeyValue::new("rabbitmq.queue.name", queue), KeyValue::new("state", "ready")];
    global::meter("queue").u64_gauge(names::METRIC_QUEUE_MESSAGES).build().record(messages, &labels);
}

/// Adds to a counter, such as `count("shop.orders.placed", 1, &[])`. Label values must come from a small fixed set.
pub fn count(name: &'static str, by: u64, labels: &[(&'static str, &'static str)]) {
    let labels: Vec<KeyValue> = labels.iter().map(|(k, v)| KeyValue::new(*k, *v)).collect();
    global::meter("shop").u64_counter(name).build().add(by, &labels);
}
