//! The last and the largest value of every metric, and the last warnings of the logs.

use super::convert::{cut, text_of};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{metric::Data, number_data_point};
use std::collections::{BTreeMap, VecDeque};

/// OTLP's number for WARN; errors are above.
const WARN: i32 = 13;

const KEPT_WARNINGS: usize = 20;

/// The last value of one series.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// `service.name` of the sender.
    pub service: String,
    /// The metric's name; of a histogram `NAME.count` and `NAME.sum`.
    pub name: String,
    /// Its attributes as `key=value`, sorted, joined by a comma.
    pub attributes: String,
    /// The last value, in the metric's unit.
    pub value: f64,
    /// The largest value since the receiver started. A service reports once a second: what was higher in between is not seen.
    pub peak: f64,
    /// The unit as sent (UCUM); may be empty.
    pub unit: String,
}

type Series = (String, String, String);

#[derive(Debug)]
struct Known {
    value: f64,
    peak: f64,
    unit: String,
}

/// A bounded map of series.
#[derive(Debug)]
pub(super) struct Readings {
    limit: usize,
    last: BTreeMap<Series, Known>,
    refused: u64,
}

impl Readings {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, last: BTreeMap::new(), refused: 0 }
    }

    pub(super) fn record(&mut self, request: ExportMetricsServiceRequest) {
        for resource in request.resource_metrics {
            let attributes = resource.resource.map(|resource| resource.attributes).unwrap_or_default();
            let service = text_of(&attributes, "service.name").unwrap_or_default();
            for metric in resource.scope_metrics.into_iter().flat_map(|scope| scope.metrics) {
                let numbers = match metric.data {
                    Some(Data::Gauge(gauge)) => gauge.data_points,
                    Some(Data::Sum(sum)) => sum.data_points,
                    Some(Data::Histogram(histogram)) => {
                        for point in histogram.data_points {
                            let counted = (point.count, point.sum);
                            self.histogram(service, &metric.name, &metric.unit, labels(&point.attributes), counted);
                        }
                        continue;
                    }
                    Some(Data::ExponentialHistogram(histogram)) => {
                        for point in histogram.data_points {
                            let counted = (point.count, point.sum);
                            self.histogram(service, &metric.name, &metric.unit, labels(&point.attributes), counted);
                        }
                        continue;
                    }
                    _ => continue,
                };
                for point in numbers {
                    let value = match point.value {
                        Some(number_data_point::Value::AsDouble(value)) => value,
                        Some(number_data_point::Value::AsInt(value)) => value as f64,
                        None => continue,
                    };
                    let series = (service.to_owned(), metric.name.clone(), labels(&point.attributes));
                    self.put(series, value, &metric.unit);
                }
            }
        }
    }

    /// Of a histogram, how many values there were and their sum.
    fn histogram(&mut self, service: &str, name: &str, unit: &str, labels: String, (count, sum): (u64, Option<f64>)) {
        self.put((service.to_owned(), format!("{name}.count"), labels.clone()), count as f64, "1");
        self.put((service.to_owned(), format!("{name}.sum"), labels), sum.unwrap_or(0.0), unit);
    }

    fn put(&mut self, series: Series, value: f64, unit: &str) {
        if let Some(known) = self.last.get_mut(&series) {
            known.value = value;
            known.peak = known.peak.max(value);
        } else if self.last.len() < self.limit {
            let (service, name, attributes) = series;
            let short = |text: String| cut(&text).to_owned();
            let known = Known { value, peak: value, unit: cut(unit).to_owned() };
            self.last.insert((short(service), short(name), short(attributes)), known);
        } else {
            self.refused += 1;
        }
    }

    pub(super) fn snapshot(&self) -> (Vec<Reading>, u64) {
        let readings = self.last.iter().map(|((service, name, attributes), known)| Reading {
            service: service.clone(),
            name: name.clone(),
            attributes: attributes.clone(),
            value: known.value,
            peak: known.peak,
            unit: known.unit.clone(),
        });
        (readings.collect(), self.refused)
    }
}

fn labels(attributes: &[KeyValue]) -> String {
    let mut labels: Vec<String> =
        attributes.iter().map(|attribute| format!("{}={}", attribute.key, shown(attribute.value.as_ref()))).collect();
    labels.sort();
    labels.join(",")
}

fn shown(value: Option<&AnyValue>) -> String {
    match value.and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.clone(),
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        Some(any_value::Value::DoubleValue(number)) => number.to_string(),
        Some(any_value::Value::BoolValue(flag)) => flag.to_string(),
        _ => String::new(),
    }
}

/// How much was logged, and the last of what was worth a warning.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Logs {
    /// Records received.
    pub records: u64,
    /// Records of level warn and above.
    pub warnings: u64,
    /// The last warnings as `service: text`, the oldest first.
    pub last_warnings: VecDeque<String>,
    /// Times that a service's telemetry said it drops spans.
    pub spans_dropped: u64,
}

/// How `BatchSpanProcessor` of opentelemetry_sdk 0.33 begins when its queue is full, at the first span and at the end.
const DROPS_SPANS: [&str; 2] = ["BatchSpanProcessor dropped a Span", "Spans were dropped due to a queue being full"];

impl Logs {
    pub(super) fn record(&mut self, request: ExportLogsServiceRequest) {
        for resource in request.resource_logs {
            let attributes = resource.resource.map(|resource| resource.attributes).unwrap_or_default();
            let service = text_of(&attributes, "service.name").unwrap_or_default();
            for record in resource.scope_logs.into_iter().flat_map(|scope| scope.log_records) {
                self.records += 1;
                if record.severity_number < WARN {
                    continue;
                }
                self.warnings += 1;
                if self.last_warnings.len() == KEPT_WARNINGS {
                    self.last_warnings.pop_front();
                }
                let text = shown(record.body.as_ref());
                self.spans_dropped += u64::from(DROPS_SPANS.iter().any(|words| text.starts_with(words)));
                self.last_warnings.push_back(format!("{}: {}", cut(service), cut(&text)));
            }
        }
    }
}
