//! The pipeline: where traces, metrics and logs go, and how they are flushed at the end.

use crate::{
    Settings,
    calls::Calls,
    export::{Completed, PlainLines},
    instruments, names, peers, process,
};
use anyhow::Context as _;
use opentelemetry::{KeyValue, global, trace::TracerProvider as _};
use opentelemetry_otlp::{
    LogExporter, MetricExporter, RetryPolicy, SpanExporter, WithExportConfig as _, WithTonicConfig as _,
};
use opentelemetry_sdk::{
    Resource,
    logs::SdkLoggerProvider,
    metrics::{Aggregation, Instrument, InstrumentKind, PeriodicReader, SdkMeterProvider, Stream},
    propagation::TraceContextPropagator,
    resource::EnvResourceDetector,
    trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider},
};
use std::{io::IsTerminal as _, time::Duration};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterExt as _, LevelFilter, Targets, filter_fn},
    layer::{Filter, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

/// How long one export, and each flush at the end, may take.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(3);
/// Spans leave at least this often: after a traced slice the bench waits for them, and after a save so does a learner.
const EXPORT_EVERY: Duration = Duration::from_millis(200);
/// Spans waiting for export; beyond it they are dropped. The default of 2,048 is passed by 100 requests of 41 spans.
const SPAN_QUEUE: usize = 16_384;

/// What is exported, whatever `RUST_LOG` says: that variable belongs to the lines on standard error. With `RUST_LOG=warn` in the
/// shell, as many people have it, no span would leave, and nothing could be counted. lapin's own spans are connections, as long as
/// the process lives.
const EXPORTED_SPANS: &str = "info,h2=off,hyper=off,tonic=off,lapin=off";
/// The same for the lines of the log.
const EXPORTED_LINES: &str = "info,h2=off,hyper=off,tonic=off";

/// The most buckets of a histogram. With 320 the buckets grow by 2.2 % each while the slowest of a series takes up to 1,000 times
/// as long as the quickest, and by 4.4 % up to 1,000,000 times: no percentile is further off than that.
const BUCKETS: u32 = 320;
/// Buckets that grow by 2^(1/32), 2.2 %. Finer ones would only be more.
const FINEST_SCALE: i8 = 5;

/// Holds the providers; flushes them by [`Guard::shutdown`].
#[must_use = "telemetry is lost unless it is flushed at the end"]
pub struct Guard(Option<Providers>);

struct Providers {
    tracer: SdkTracerProvider,
    meter: SdkMeterProvider,
    logger: SdkLoggerProvider,
}

impl Guard {
    /// Flushes: spans first (the bench counts them), then metrics, then logs (a failed flush of the others is still logged).
    pub fn shutdown(self) {
        let Some(providers) = self.0 else { return };
        let flushed = [
            providers.tracer.shutdown_with_timeout(EXPORT_TIMEOUT),
            providers.meter.shutdown_with_timeout(EXPORT_TIMEOUT),
            providers.logger.shutdown_with_timeout(EXPORT_TIMEOUT),
        ];
        for error in flushed.into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "telemetry was not flushed");
        }
    }
}

/// Sets up logs on standard error and, with an endpoint, all three signals by OTLP. Must run inside a Tokio runtime.
///
/// A request without a trace context is recorded; one with a context follows its sampled flag. Without it no span is exported, which
/// is how the bench keeps the exports out of the slices whose latency it times; the spans are made all the same, for the metrics.
///
/// # Errors
/// When the endpoint is no URL, or telemetry was set up before in this process.
pub fn init(settings: &Settings) -> anyhow::Result<Guard> {
    global::set_text_map_propagator(TraceContextPropagator::new());
    let stderr = tracing_subscriber::fmt::layer()
        .compact()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_filter(level("warn"));
    let Some(endpoint) = &settings.endpoint else {
        tracing_subscriber::registry().with(stderr).try_init()?;
        return Ok(Guard(None));
    };
    let providers = providers(settings, endpoint).context("OTEL_EXPORTER_OTLP_ENDPOINT")?;
    global::set_meter_provider(providers.meter.clone());
    peers::announce(&settings.peers);
    process::observe();
    // Lines of the log are sent as logs, with the span they belong to: not once more as events of the span.
    let spans = tracing_opentelemetry::layer()
        .with_tracer(providers.tracer.tracer_with_scope(instruments::scope()))
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        // Behind one filter: each costs a look-up at every poll of every span.
        .and_then(Calls)
        .with_filter(only_spans()?);
    let logs = opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge::new(&providers.logger);
    tracing_subscriber::registry()
        .with(stderr)
        .with(spans)
        .with(logs.with_filter(EXPORTED_LINES.parse::<Targets>()?))
        .try_init()?;
    Ok(Guard(Some(providers)))
}

/// Spans and nothing else.
///
/// The level is said twice. A filter without a hint of its own asks for everything, and so does the whole process: then each
/// `trace!` of a library is asked about, also by way of the `log` crate, where nothing remembers the answer. html5ever has one for
/// every character of a tag, and a page of rendered descriptions took several times as long.
fn only_spans<S>() -> anyhow::Result<impl Filter<S>> {
    let spans = filter_fn(|metadata| metadata.is_span()).with_max_level_hint(LevelFilter::INFO);
    Ok(EXPORTED_SPANS.parse::<Targets>()?.and(spans))
}

/// What `RUST_LOG` says, or `default`. An empty one counts as unset: Compose passes variables that way, and an empty filter records nothing.
#[allow(clippy::disallowed_methods, reason = "the variable belongs to tracing-subscriber, not to a service's settings")]
fn level(default: &str) -> EnvFilter {
    let directives = std::env::var("RUST_LOG").ok().filter(|text| !text.is_empty());
    EnvFilter::try_new(directives.as_deref().unwrap_or(default)).unwrap_or_else(|_| EnvFilter::new(default))
}

fn providers(settings: &Settings, endpoint: &str) -> anyhow::Result<Providers> {
    let resource = Resource::builder()
        .with_service_name(settings.service.clone())
        .with_attributes([
            KeyValue::new(names::SERVICE_VERSION, env!("CARGO_PKG_VERSION")),
            KeyValue::new(names::SERVICE_INSTANCE, uuid::Uuid::new_v4().to_string()),
            KeyValue::new(names::ENVIRONMENT, "development"),
            KeyValue::new(names::WORKSHOP_VARIANTS, settings.variants.to_string()),
        ])
        // OTEL_RESOURCE_ATTRIBUTES, which says more than our defaults.
        .with_detector(Box::new(EnvResourceDetector::new()))
        .build();
    let spans = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(EXPORT_TIMEOUT)
        // A receiver that is gone must not hold up the shutdown for three tries.
        .with_retry_policy(RetryPolicy::disabled())
        .build()?;
    let metrics = MetricExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(EXPORT_TIMEOUT)
        .with_retry_policy(RetryPolicy::disabled())
        .build()?;
    let logs = LogExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(EXPORT_TIMEOUT)
        .with_retry_policy(RetryPolicy::disabled())
        .build()?;
    let batch =
        BatchConfigBuilder::default().with_max_queue_size(SPAN_QUEUE).with_scheduled_delay(EXPORT_EVERY).build();
    Ok(Providers {
        tracer: SdkTracerProvider::builder()
            .with_resource(resource.clone())
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
            .with_span_processor(BatchSpanProcessor::builder(Completed(spans)).with_batch_config(batch).build())
            .build(),
        meter: SdkMeterProvider::builder()
            .with_resource(resource.clone())
            .with_reader(PeriodicReader::builder(metrics).with_interval(Duration::from_secs(1)).build())
            .with_view(fine_histograms)
            .build(),
        logger: SdkLoggerProvider::builder()
            .with_resource(resource)
            .with_log_processor(PlainLines)
            .with_batch_exporter(logs)
            .build(),
    })
}

/// Every histogram with buckets that grow exponentially. The boundaries that the conventions advise are far apart: between 0.1 and
/// 0.25 s a percentile could be off by half.
pub fn fine_histograms(instrument: &Instrument) -> Option<Stream> {
    let buckets =
        Aggregation::Base2ExponentialHistogram { max_size: BUCKETS, max_scale: FINEST_SCALE, record_min_max: true };
    // Only a wrong size or scale is refused, and a test uses these.
    let stream = || Stream::builder().with_aggregation(buckets).build().ok();
    if instrument.kind() == InstrumentKind::Histogram { stream() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing_subscriber::Registry;

    #[test]
    fn the_filter_of_spans_asks_for_no_more_than_it_lets_through() {
        let filter = only_spans::<Registry>().unwrap();
        assert_eq!(Filter::<Registry>::max_level_hint(&filter), Some(LevelFilter::INFO));
    }
}
