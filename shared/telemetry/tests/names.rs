//! Holds the spans that the macros make to the one list of names, and the context to a round trip.

use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use std::collections::BTreeSet;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

fn recorded(emit: impl FnOnce()) -> Vec<opentelemetry_sdk::trace::SpanData> {
    opentelemetry::global::set_text_map_propagator(opentelemetry_sdk::propagation::TraceContextPropagator::new());
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("test"))
        .with_threads(false)
        .with_tracked_inactivity(false);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), emit);
    exporter.get_finished_spans().unwrap_or_default()
}

#[test]
fn every_attribute_of_a_span_is_in_the_list_of_names() {
    let listed: BTreeSet<&str> = include_str!("../src/names.rs").split('"').skip(1).step_by(2).collect();
    let spans = recorded(|| {
        drop(telemetry::db_span!("search.hits", "select 1"));
        drop(telemetry::cache_span!("MGET"));
        drop(telemetry::rpc_span!("shop.recommendations.v1.Recommendations", "ForProducts"));
        drop(telemetry::partner_span!("POST", "/payment/charge"));
        drop(telemetry::origin_span!(&http::Method::GET, "http://origin/a?b=c"));
        drop(telemetry::publish_span!("orders", "placed", "1"));
        drop(telemetry::consume_span!("orders", "placed", "worker", "1"));
        drop(telemetry::serialization_span!("page"));
        drop(telemetry::wait_span!("permit"));
        drop(telemetry::background_span!("refresh"));
    });
    assert_eq!(spans.len(), 10);
    for span in spans {
        let names = span.attributes.iter().map(|a| a.key.as_str());
        // Added by the tracing layer itself: where the span stands in the code.
        for name in names.filter(|n| !n.starts_with("code.") && *n != "target") {
            assert!(listed.contains(name), "{name} of {:?} is not in names.rs", span.name);
        }
    }
}

#[test]
fn a_span_carries_the_file_and_line_of_the_call() {
    let spans = recorded(|| drop(telemetry::db_span!("search.hits", "select 1")));
    let file = spans[0].attributes.iter().find(|a| a.key.as_str() == "code.file.path").map(|a| a.value.to_string());
    assert!(file.is_some_and(|f| f.ends_with("telemetry/tests/names.rs")), "{:?}", spans[0].attributes);
}

#[test]
fn a_context_sent_is_the_context_taken_up() {
    let spans = recorded(|| {
        let sender = telemetry::publish_span!("orders", "placed", "1");
        let headers = sender.in_scope(telemetry::current_context);
        assert!(headers.contains_key("traceparent"), "{headers:?}");
        let receiver = telemetry::consume_span!("orders", "placed", "worker", "1");
        telemetry::adopt(&receiver, &headers);
        let trace = |span: &tracing::Span| span.context().span().span_context().trace_id();
        assert_eq!(trace(&sender), trace(&receiver));
    });
    assert_eq!(spans.len(), 2);
}
