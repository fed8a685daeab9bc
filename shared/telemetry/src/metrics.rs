//! Metrics that are not about calls: the state of a pool, how long a queue is, and plain counts of events.

use crate::{instruments, names};
use opentelemetry::{KeyValue, metrics::Gauge};
use std::sync::OnceLock;

/// The process' pool of connections; every program of the shop has one at most.
static POOL: OnceLock<&'static str> = OnceLock::new();

/// The label of metrics about the process' pool, if it has one.
pub(crate) fn pool_label() -> Option<KeyValue> {
    POOL.get().map(|pool| KeyValue::new(names::DB_POOL, *pool))
}

/// Reports a pool's connections, by state, and its limit whenever metrics are collected: `state()` gives (size, idle).
pub fn observe_pool(pool: &'static str, most: u32, state: impl Fn() -> (u32, u32) + Send + Sync + 'static) {
    let _ = POOL.set(pool);
    let meter = instruments::meter();
    let connections = meter.i64_observable_up_down_counter(names::METRIC_POOL_CONNECTIONS);
    connections
        .with_unit("{connection}")
        .with_description("The number of connections that are currently in state described by the `state` attribute.")
        .with_callback(move |counter| {
            let (size, idle) = state();
            let of = |state| [KeyValue::new(names::DB_POOL, pool), KeyValue::new(names::DB_POOL_STATE, state)];
            counter.observe(i64::from(size.saturating_sub(idle)), &of("used"));
            counter.observe(i64::from(idle), &of("idle"));
        })
        .build();
    let limit = meter.i64_observable_up_down_counter(names::METRIC_POOL_MAX);
    limit
        .with_unit("{connection}")
        .with_description("The maximum number of open connections allowed.")
        .with_callback(move |counter| counter.observe(i64::from(most), &[KeyValue::new(names::DB_POOL, pool)]))
        .build();
}

/// Reports how many messages of a queue wait to be taken. Queue names must come from a small fixed set.
pub fn queue_depth(queue: &'static str, messages: u64) {
    static GAUGE: OnceLock<Gauge<u64>> = OnceLock::new();
    let gauge = GAUGE.get_or_init(|| {
        let meter = instruments::meter();
        let gauge = meter.u64_gauge(names::METRIC_QUEUE_MESSAGES).with_unit("{message}");
        gauge.with_description("Messages of a queue that wait to be taken.").build()
    });
    gauge.record(messages, &[KeyValue::new(names::MESSAGING_DESTINATION, queue)]);
}

/// Adds to one of [`names::COUNTERS`], such as `count("shop.orders.placed", 1, &[])`. Label values must come from a small fixed set.
pub fn count(name: &'static str, by: u64, labels: &[(&'static str, &'static str)]) {
    let labels: Vec<KeyValue> = labels.iter().map(|(k, v)| KeyValue::new(*k, *v)).collect();
    debug_assert!(instruments::counter(name).is_some(), "{name} is not in names::COUNTERS");
    if let Some(counter) = instruments::counter(name) {
        counter.add(by, &labels);
    }
}
