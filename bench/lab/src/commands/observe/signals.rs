//! The fourth golden signal: what may run full, from the services' metrics, the machine and the traces.

use crate::pipeline::Latency;
use serde::Serialize;
use std::collections::BTreeMap;
use trace::otlp::Reading;
use trace::{Analysis, Wait};

/// Saturation while the shop was driven.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Saturation {
    /// Share of all cores busy while latency was measured, 0 to 1.
    pub cores_busy: f64,
    /// CPU time of the measured service a request, milliseconds.
    pub cpu_ms_per_request: f64,
    /// By pool: the most connections that were in use when the service reported, once a second.
    pub pool_connections_used: BTreeMap<String, f64>,
    /// By service: the most requests of one method under way when it reported. More than the cores can serve is a queue.
    pub active_requests: BTreeMap<String, f64>,
    /// By queue: the most messages that waited to be taken when the worker reported.
    pub queued_messages: BTreeMap<String, f64>,
    /// What requests wait for in pools and messages in queues, from the traces.
    pub waits: Vec<Wait>,
}

/// Share of busy cores from which queues are measured too; a measurement remarks on it from there on as well.
const BUSY: f64 = 0.7;

impl Saturation {
    /// What busy cores do to the figures, and whose work it was as far as is known, at this many requests per second. `None` where
    /// they were not busy.
    pub(super) fn warning(&self, rate_rps: f64) -> Option<String> {
        if self.cores_busy <= BUSY {
            return None;
        }
        let cores = std::thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64);
        let own = self.cpu_ms_per_request * rate_rps / 1e3 / cores;
        Some(format!(
            "the cores were {:.0} % busy: requests waited for processor time, so the latencies show queues and not only work. The \
             measured service itself took {:.0} %; the rest is its databases, the bench, and whatever else runs on this machine. \
             If something else does, stop it and observe again; `cargo lab doctor` says how busy the machine is",
            self.cores_busy * 100.0,
            own * 100.0
        ))
    }

    /// From everything that was seen.
    pub(super) fn of(readings: &[Reading], latency: &Latency, analysis: &Analysis) -> Self {
        let mut saturation = Self {
            cores_busy: latency.busy,
            cpu_ms_per_request: latency.arms.first().map_or(0.0, |arm| arm.cpu_ms),
            waits: analysis.waits.clone(),
            ..Self::default()
        };
        for reading in readings {
            let label = |key: &str| {
                let mut labels = reading.attributes.split(',').filter_map(|label| label.split_once('='));
                labels.find(|(name, _)| *name == key).map(|(_, value)| value)
            };
            let most = match reading.name.as_str() {
                "db.client.connection.count" if label("db.client.connection.state") == Some("used") => {
                    let pool = label("db.client.connection.pool.name").unwrap_or(&reading.service);
                    saturation.pool_connections_used.entry(pool.to_owned())
                }
                "shop.queue.messages" => {
                    let queue = label("messaging.destination.name").unwrap_or(&reading.service);
                    saturation.queued_messages.entry(queue.to_owned())
                }
                "http.server.active_requests" => saturation.active_requests.entry(reading.service.clone()),
                _ => continue,
            };
            let most = most.or_default();
            *most = most.max(reading.peak);
        }
        saturation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(name: &str, attributes: &str, value: f64, peak: f64) -> Reading {
        let (service, name, attributes) = ("search".to_owned(), name.to_owned(), attributes.to_owned());
        Reading { service, name, attributes, value, peak, unit: String::new() }
    }

    #[test]
    fn busy_cores_come_with_a_warning_and_whose_work_it_was() {
        let cores = std::thread::available_parallelism().unwrap().get() as f64;
        let of = |cores_busy| Saturation { cores_busy, cpu_ms_per_request: 10.0 * cores, ..Saturation::default() };
        assert_eq!(of(0.6).warning(25.0), None);
        let warning = of(1.0).warning(25.0).unwrap();
        assert!(warning.contains("100 % busy") && warning.contains("itself took 25 %"), "{warning}");
    }

    #[test]
    fn the_most_that_was_seen_counts_and_not_what_is_left_at_the_end() {
        let pool = |state: &str| format!("db.client.connection.pool.name=shop,db.client.connection.state={state}");
        let readings = [
            reading("db.client.connection.count", &pool("used"), 0.0, 7.0),
            reading("db.client.connection.count", &pool("idle"), 10.0, 10.0),
            reading("http.server.active_requests", "http.request.method=GET,url.scheme=http", 0.0, 9.0),
            reading("http.server.active_requests", "http.request.method=POST,url.scheme=http", 0.0, 4.0),
            reading("shop.queue.messages", "messaging.destination.name=order-worker", 0.0, 31.0),
            reading("shop.orders.placed", "", 3.0, 3.0),
        ];
        let saturation = Saturation::of(&readings, &Latency::default(), &Analysis::default());
        assert_eq!(saturation.pool_connections_used, BTreeMap::from([("shop".to_owned(), 7.0)]));
        assert_eq!(saturation.active_requests, BTreeMap::from([("search".to_owned(), 9.0)]));
        assert_eq!(saturation.queued_messages, BTreeMap::from([("order-worker".to_owned(), 31.0)]));
    }
}
