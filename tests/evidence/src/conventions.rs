//! A copy of the semantic conventions' registry, and what of all that was sent does not agree with it.

use crate::sent::{Attributes, Metric, Sent, attribute, by_name, text};
use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, any_value},
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use std::collections::{BTreeMap, BTreeSet};

/// Attributes, metrics and spans by name.
#[derive(Debug, Default)]
pub struct Conventions {
    /// Type and stability.
    attributes: BTreeMap<String, (String, String)>,
    /// Instrument, unit, stability, and attributes.
    metrics: BTreeMap<String, (String, String, String, Levels)>,
    /// Attributes.
    spans: BTreeMap<String, Levels>,
}

/// Names with whether they are required.
type Levels = BTreeMap<String, bool>;

/// What every program says of itself.
const RESOURCE: [&str; 7] = [
    "service.name",
    "service.version",
    "service.instance.id",
    "deployment.environment.name",
    "telemetry.sdk.name",
    "telemetry.sdk.language",
    "telemetry.sdk.version",
];

/// Learners' code in exercises does not note the status of its own gRPC calls.
const UNKNOWN_STATUS: &str = "exercises/ch05-quote-sources/";

impl Conventions {
    /// The copy in this folder.
    #[must_use]
    pub fn vendored() -> Self {
        let mut all = Self::default();
        for line in include_str!("../conventions.tsv").lines().filter(|line| !line.starts_with('#')) {
            let column: Vec<&str> = line.split('\t').collect();
            let own = |at: usize| column.get(at).copied().unwrap_or_default().to_owned();
            let name = own(1);
            match column[0] {
                "attribute" => drop(all.attributes.insert(name, (own(2), own(3)))),
                "metric" => drop(all.metrics.insert(name, (own(2), own(3), own(4), levels(&own(5))))),
                _ => drop(all.spans.insert(name, levels(&own(3)))),
            }
        }
        all
    }

    /// What does not agree, one sentence each.
    #[must_use]
    pub fn mistakes(&self, sent: &Sent) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (service, span) in &sent.spans {
            let whose = format!("{service}: the span {:?}", span.name);
            found.extend(self.of_span(span).into_iter().map(|mistake| format!("{whose} {mistake}")));
        }
        for ((service, name), metric) in &sent.metrics {
            let whose = format!("{service}: the metric {name}");
            found.extend(self.of_metric(name, metric).into_iter().map(|mistake| format!("{whose} {mistake}")));
        }
        for (service, attributes) in &sent.resources {
            let missing = RESOURCE.iter().filter(|name| !attributes.contains_key(**name));
            found.extend(missing.map(|name| format!("{service}: the resource has no {name}")));
            found.extend(self.of_attributes(attributes).map(|mistake| format!("{service}: the resource {mistake}")));
        }
        for (service, record) in &sent.records {
            if !record.event_name.is_empty() {
                found.insert(format!("{service}: a line of the log is the event {:?}", record.event_name));
            }
        }
        found
    }

    fn of_span(&self, span: &Span) -> Vec<String> {
        let attributes = by_name(&span.attributes);
        let mut found: Vec<String> = self.of_attributes(&attributes).collect();
        if let Some(levels) = kind(span).and_then(|kind| self.spans.get(kind)) {
            let excused = attribute(span, "code.file.path").starts_with(UNKNOWN_STATUS);
            let required = levels.iter().filter(|(name, required)| {
                **required && !attributes.contains_key(*name) && !(excused && *name == "rpc.status_code")
            });
            found.extend(required.map(|(name, _)| format!("has no {name}")));
        }
        let failed = span.status.as_ref().is_some_and(|status| status.code == StatusCode::Error as i32);
        if failed && !attributes.contains_key("error.type") {
            found.push("failed, and has no error.type".to_owned());
        }
        if !span.events.is_empty() {
            found.push("has events: those are logs".to_owned());
        }
        found
    }

    fn of_metric(&self, name: &str, metric: &Metric) -> Vec<String> {
        let mut found = Vec::new();
        if metric.description.is_empty() || metric.unit.is_empty() {
            found.push("has no unit or no description".to_owned());
        }
        for series in metric.series.values() {
            found.extend(self.of_attributes(&series.labels));
        }
        if is_ours(name) {
            return found;
        }
        let Some((instrument, unit, stability, levels)) = self.metrics.get(name) else {
            found.push("is in no convention".to_owned());
            return found;
        };
        if stability == "deprecated" {
            found.push("is deprecated".to_owned());
        }
        if metric.instrument != instrument || metric.unit != *unit {
            found.push(format!("is a {} in {}, not a {instrument} in {unit}", metric.instrument, metric.unit));
        }
        for series in metric.series.values() {
            let missing = levels.iter().filter(|(name, required)| **required && !series.labels.contains_key(*name));
            found.extend(missing.map(|(name, _)| format!("has a series without {name}: {}", shown(&series.labels))));
            let more = series.labels.keys().filter(|label| !levels.contains_key(*label) && !is_ours(label));
            found.extend(more.map(|label| format!("has the label {label}, which the convention does not name")));
        }
        found
    }

    fn of_attributes<'a>(&'a self, attributes: &'a Attributes) -> impl Iterator<Item = String> + 'a {
        attributes.iter().filter(|(name, _)| !is_ours(name)).filter_map(|(name, value)| {
            let Some((kind, stability)) = self.attributes.get(name) else {
                return Some(format!("has {name}, which is in no convention"));
            };
            if stability == "deprecated" {
                return Some(format!("has {name}, which is deprecated"));
            }
            let sent = type_of(value);
            (sent != kind).then(|| format!("has {name} as {sent}, not as {kind}"))
        })
    }
}

fn is_ours(name: &str) -> bool {
    name.starts_with("shop.") || name.starts_with("workshop.")
}

fn levels(text: &str) -> Levels {
    let read = |name: &str| (name.trim_start_matches(['!', '?']).to_owned(), name.starts_with('!'));
    text.split_whitespace().map(read).collect()
}

fn type_of(value: &AnyValue) -> &'static str {
    match value.value {
        Some(any_value::Value::StringValue(_)) => "string",
        Some(any_value::Value::IntValue(_)) => "int",
        Some(any_value::Value::DoubleValue(_)) => "double",
        Some(any_value::Value::BoolValue(_)) => "boolean",
        Some(any_value::Value::ArrayValue(_)) => "string[]",
        _ => "nothing",
    }
}

fn shown(labels: &Attributes) -> String {
    labels.iter().map(|(name, value)| format!("{name}={}", text(value))).collect::<Vec<_>>().join(" ")
}

/// Which kind of span the conventions would call it.
fn kind(span: &Span) -> Option<&'static str> {
    let has = |name| !attribute(span, name).is_empty();
    Some(match span.kind() {
        SpanKind::Server if has("rpc.system.name") => "span.rpc.grpc.call.server",
        SpanKind::Server => "span.http.server",
        SpanKind::Producer => "span.messaging.rabbitmq.send.producer",
        SpanKind::Consumer => "span.messaging.rabbitmq.process.consumer",
        SpanKind::Client if has("rpc.system.name") => "span.rpc.grpc.call.client",
        SpanKind::Client if attribute(span, "db.system.name") == "redis" => "span.db.redis.client",
        SpanKind::Client if has("db.system.name") => "span.db.postgresql.client",
        SpanKind::Client if has("http.request.method") => "span.http.client",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry_proto::tonic::{common::v1::KeyValue, trace::v1::Status};

    fn mistakes(attributes: &[(&str, any_value::Value)], failed: bool) -> Vec<String> {
        let attributes = attributes.iter().map(|(key, value)| KeyValue {
            key: (*key).to_owned(),
            value: Some(AnyValue { value: Some(value.clone()) }),
            ..KeyValue::default()
        });
        let status = failed.then(|| Status { code: StatusCode::Error as i32, ..Status::default() });
        let span = Span { attributes: attributes.collect(), kind: SpanKind::Server as i32, status, ..Span::default() };
        Conventions::vendored().of_span(&span)
    }

    #[test]
    fn what_was_wrong_once_is_found() {
        use any_value::Value::{IntValue, StringValue};
        let text = |text: &str| StringValue(text.to_owned());
        let right = [
            ("http.request.method", text("GET")),
            ("url.path", text("/")),
            ("url.scheme", text("http")),
            ("http.response.status_code", IntValue(200)),
        ];
        assert_eq!(mistakes(&right, false), [""; 0]);
        let told = |more: (&'static str, any_value::Value)| mistakes(&[&right[..], &[more]].concat(), false).join("; ");
        assert!(told(("db.response.returned_rows", text("3"))).contains("as string, not as int"));
        assert!(told(("peer.service", text("partners"))).contains("deprecated"));
        assert!(told(("rpc.grpc.status_code", IntValue(0))).contains("deprecated"));
        assert!(told(("http.rout", text("/"))).contains("in no convention"));
        assert!(mistakes(&right[1..], false).join("; ").contains("has no http.request.method"));
        assert!(mistakes(&right, true).join("; ").contains("no error.type"));
    }
}
