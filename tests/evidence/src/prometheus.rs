//! How Prometheus names what comes by OTLP, with its default translation (underscores and suffixes).

use crate::sent::{Sent, text};
use std::collections::{BTreeMap, BTreeSet};

/// Every label of a metric with its values.
pub type Labels = BTreeMap<String, BTreeSet<String>>;

/// Resource attributes that the container's Prometheus makes labels of, of those that the shop sends.
const PROMOTED: [&str; 4] = ["service.name", "service.version", "service.instance.id", "deployment.environment.name"];

/// By metric, as Prometheus would have it after it has received all of this.
#[must_use]
pub fn exported(sent: &Sent) -> BTreeMap<String, Labels> {
    let mut all: BTreeMap<String, Labels> = BTreeMap::new();
    for ((service, name), metric) in &sent.metrics {
        let labels = all.entry(named(name, &metric.unit, metric.instrument)).or_default();
        let resource = &sent.resources[service];
        let promoted = PROMOTED.iter().filter_map(|name| Some((*name, resource.get(*name)?)));
        let job = resource.get("service.name").map(|name| ("job", name));
        let instance = resource.get("service.instance.id").map(|id| ("instance", id));
        for (name, value) in promoted.chain(job).chain(instance) {
            labels.entry(name.replace('.', "_")).or_default().insert(text(value));
        }
        for series in metric.series.values() {
            for (name, value) in &series.labels {
                labels.entry(name.replace('.', "_")).or_default().insert(text(value));
            }
        }
    }
    all
}

/// The name of a metric: points become underscores, the unit is written out, and a counter says that it is one.
#[must_use]
pub fn named(name: &str, unit: &str, instrument: &str) -> String {
    let unit = match unit {
        "s" => "_seconds",
        "By" => "_bytes",
        "1" if instrument == "gauge" => "_ratio",
        // What is counted, in braces, is no unit.
        _ => "",
    };
    let total = if instrument == "counter" { "_total" } else { "" };
    format!("{}{unit}{total}", name.replace('.', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_prometheus_gives() {
        let http = named("http.server.request.duration", "s", "histogram");
        assert_eq!(http, "http_server_request_duration_seconds");
        assert_eq!(named("shop.orders.placed", "{order}", "counter"), "shop_orders_placed_total");
        assert_eq!(named("process.cpu.time", "s", "counter"), "process_cpu_time_seconds_total");
        assert_eq!(named("process.memory.usage", "By", "updowncounter"), "process_memory_usage_bytes");
        assert_eq!(named("http.server.active_requests", "{request}", "updowncounter"), "http_server_active_requests");
    }
}
