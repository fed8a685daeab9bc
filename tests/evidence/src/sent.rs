//! What was sent: spans, log records and, of every metric, its series.

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::{AnyValue, KeyValue, any_value},
    logs::v1::LogRecord,
    metrics::v1::{ExponentialHistogramDataPoint, metric::Data},
    resource::v1::Resource,
    trace::v1::Span,
};
use std::collections::BTreeMap;

/// Attributes by name.
pub type Attributes = BTreeMap<String, AnyValue>;

/// Everything of all programs.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// With the name of the service.
    pub spans: Vec<(String, Span)>,
    /// With the name of the service.
    pub records: Vec<(String, LogRecord)>,
    /// By service and name.
    pub metrics: BTreeMap<(String, String), Metric>,
    /// By service.
    pub resources: BTreeMap<String, Attributes>,
}

/// One metric of one service.
#[derive(Clone, Debug)]
pub struct Metric {
    /// In the words of the conventions: `histogram`, `counter`, `updowncounter` or `gauge`.
    pub instrument: &'static str,
    /// UCUM.
    pub unit: String,
    /// For people.
    pub description: String,
    /// The labels of every series, with the last point of a histogram.
    pub series: BTreeMap<String, Series>,
}

/// One series.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its labels.
    pub labels: Attributes,
    /// Of a histogram, the last state.
    pub histogram: Option<ExponentialHistogramDataPoint>,
}

/// The text of a value: what Prometheus makes a label of.
#[must_use]
pub fn text(value: &AnyValue) -> String {
    match value.value.as_ref() {
        Some(any_value::Value::StringValue(text)) => text.clone(),
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        Some(any_value::Value::DoubleValue(number)) => number.to_string(),
        Some(any_value::Value::BoolValue(flag)) => flag.to_string(),
        _ => String::new(),
    }
}

/// The text of an attribute of a span; empty where there is none.
#[must_use]
pub fn attribute(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key == name);
    found.and_then(|attribute| attribute.value.as_ref()).map(text).unwrap_or_default()
}

/// Attributes by name.
#[must_use]
pub fn by_name(list: &[KeyValue]) -> Attributes {
    list.iter().map(|one| (one.key.clone(), one.value.clone().unwrap_or_default())).collect()
}

impl Sent {
    fn service(&mut self, resource: Option<Resource>) -> String {
        let attributes = by_name(&resource.map(|resource| resource.attributes).unwrap_or_default());
        let service = attributes.get("service.name").map(text).unwrap_or_default();
        self.resources.insert(service.clone(), attributes);
        service
    }

    pub(crate) fn traces(&mut self, request: ExportTraceServiceRequest) {
        for of_resource in request.resource_spans {
            let service = self.service(of_resource.resource);
            let spans = of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
            self.spans.extend(spans.map(|span| (service.clone(), span)));
        }
    }

    pub(crate) fn logs(&mut self, request: ExportLogsServiceRequest) {
        for of_resource in request.resource_logs {
            let service = self.service(of_resource.resource);
            let records = of_resource.scope_logs.into_iter().flat_map(|scope| scope.log_records);
            self.records.extend(records.map(|record| (service.clone(), record)));
        }
    }

    pub(crate) fn metrics(&mut self, request: ExportMetricsServiceRequest) {
        for of_resource in request.resource_metrics {
            let service = self.service(of_resource.resource);
            for metric in of_resource.scope_metrics.into_iter().flat_map(|scope| scope.metrics) {
                let Some(data) = metric.data else { continue };
                let (instrument, series) = read(data);
                let known = self.metrics.entry((service.clone(), metric.name)).or_insert_with(|| Metric {
                    instrument,
                    unit: metric.unit,
                    description: metric.description,
                    series: BTreeMap::new(),
                });
                known.series.extend(series.into_iter().map(|one| (format!("{:?}", one.labels), one)));
            }
        }
    }

    /// Whether a service has sent such a span.
    #[must_use]
    pub fn has_span(&self, service: &str, name: &str) -> bool {
        self.spans.iter().any(|(of, span)| of == service && span.name == name)
    }
}

fn read(data: Data) -> (&'static str, Vec<Series>) {
    let plain = |labels: &[KeyValue]| Series { labels: by_name(labels), histogram: None };
    match data {
        Data::Gauge(gauge) => ("gauge", gauge.data_points.iter().map(|point| plain(&point.attributes)).collect()),
        Data::Sum(sum) => {
            let instrument = if sum.is_monotonic { "counter" } else { "updowncounter" };
            (instrument, sum.data_points.iter().map(|point| plain(&point.attributes)).collect())
        }
        Data::Histogram(histogram) => {
            ("histogram", histogram.data_points.iter().map(|point| plain(&point.attributes)).collect())
        }
        Data::ExponentialHistogram(histogram) => {
            let series = histogram.data_points.into_iter();
            let with_state = |point: ExponentialHistogramDataPoint| Series {
                labels: by_name(&point.attributes),
                histogram: Some(point),
            };
            ("histogram", series.map(with_state).collect())
        }
        Data::Summary(_) => ("summary", Vec::new()),
    }
}
