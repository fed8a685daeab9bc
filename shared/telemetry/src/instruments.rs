//! The instruments, made once each: name, unit and description as the semantic conventions have them.

use crate::names;
use opentelemetry::{
    InstrumentationScope, global,
    metrics::{Counter, Histogram, Meter, UpDownCounter},
};
use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

/// Who made the telemetry: this crate, with the workspace's version.
pub(crate) fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("telemetry").with_version(env!("CARGO_PKG_VERSION")).build()
}

pub(crate) fn meter() -> Meter {
    global::meter_with_scope(scope())
}

/// A histogram of seconds.
pub(crate) struct Seconds {
    name: &'static str,
    description: &'static str,
    made: OnceLock<Histogram<f64>>,
}

impl Seconds {
    const fn new(name: &'static str, description: &'static str) -> Self {
        Self { name, description, made: OnceLock::new() }
    }

    /// The instrument; made by its first use, which is after the pipeline was set up.
    pub(crate) fn histogram(&self) -> &Histogram<f64> {
        let make = || meter().f64_histogram(self.name).with_unit("s").with_description(self.description).build();
        self.made.get_or_init(make)
    }
}

pub(crate) static HTTP_SERVER: Seconds =
    Seconds::new(names::METRIC_SERVER_DURATION, "Duration of HTTP server requests.");
pub(crate) static HTTP_CLIENT: Seconds = Seconds::new(names::METRIC_HTTP_CLIENT, "Duration of HTTP client requests.");
pub(crate) static RPC_SERVER: Seconds =
    Seconds::new(names::METRIC_RPC_SERVER, "Measures the duration of an incoming Remote Procedure Call (RPC).");
pub(crate) static RPC_CLIENT: Seconds =
    Seconds::new(names::METRIC_RPC_CLIENT, "Measures the duration of an outgoing Remote Procedure Call (RPC).");
pub(crate) static DB_CLIENT: Seconds = Seconds::new(names::METRIC_DB_CLIENT, "Duration of database client operations.");
pub(crate) static PUBLISH: Seconds = Seconds::new(
    names::METRIC_MESSAGING_CLIENT,
    "Duration of messaging operation initiated by a producer or consumer client.",
);
pub(crate) static PROCESS: Seconds = Seconds::new(names::METRIC_MESSAGING_PROCESS, "Duration of processing operation.");
pub(crate) static POOL_WAIT: Seconds =
    Seconds::new(names::METRIC_POOL_WAIT, "The time it took to obtain an open connection from the pool.");
pub(crate) static WAIT: Seconds = Seconds::new(names::METRIC_WAIT, "The time it took to obtain a permit or a lock.");

/// Requests being served.
pub(crate) fn active_requests() -> &'static UpDownCounter<i64> {
    static COUNTER: OnceLock<UpDownCounter<i64>> = OnceLock::new();
    COUNTER.get_or_init(|| {
        let meter = meter();
        let counter = meter.i64_up_down_counter(names::METRIC_ACTIVE_REQUESTS).with_unit("{request}");
        counter.with_description("Number of active HTTP server requests.").build()
    })
}

/// Who waits for a connection of the pool.
pub(crate) fn pending_requests() -> &'static UpDownCounter<i64> {
    static COUNTER: OnceLock<UpDownCounter<i64>> = OnceLock::new();
    COUNTER.get_or_init(|| {
        let meter = meter();
        let counter = meter.i64_up_down_counter(names::METRIC_POOL_PENDING).with_unit("{request}");
        counter.with_description("The number of current pending requests for an open connection.").build()
    })
}

/// One of the shop's own counters.
pub(crate) fn counter(name: &str) -> Option<&'static Counter<u64>> {
    static MADE: LazyLock<HashMap<&'static str, Counter<u64>>> = LazyLock::new(|| {
        let make = |(name, unit, description): (&'static str, &'static str, &'static str)| {
            (name, meter().u64_counter(name).with_unit(unit).with_description(description).build())
        };
        names::COUNTERS.into_iter().map(make).collect()
    });
    MADE.get(name)
}
