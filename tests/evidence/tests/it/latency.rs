//! Percentiles from the histogram that services send, beside those of all the values themselves.

use evidence::histogram::{percentile, quantile, step};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_proto::tonic::metrics::v1::{ExponentialHistogramDataPoint, metric::Data};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider, data::ResourceMetrics};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The histogram that the services' own pipeline makes of these seconds, by OTLP.
fn exported(seconds: &[f64]) -> ExponentialHistogramDataPoint {
    let exporter = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(exporter.clone()).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).with_view(telemetry::fine_histograms).build();
    let histogram = provider.meter("test").f64_histogram("http.server.request.duration").with_unit("s").build();
    seconds.iter().for_each(|one| histogram.record(*one, &[]));
    provider.force_flush().unwrap();
    let metrics: Vec<ResourceMetrics> = exporter.get_finished_metrics().unwrap();
    let request = opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest::from(&metrics[0]);
    match request.resource_metrics[0].scope_metrics[0].metrics[0].data.clone() {
        Some(Data::ExponentialHistogram(histogram)) => histogram.data_points[0].clone(),
        other => panic!("not an exponential histogram: {other:?}"),
    }
}

/// Latencies of a shape that the story's stages have: a log-normal body around `median` milliseconds and a slow part.
fn stage(seed: u64, median: f64, spread: f64, slow_share: f64, slow: f64) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut one = || {
        // The sum of twelve uniform numbers is nearly normal.
        let normal: f64 = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        let body = median * (spread * normal).exp();
        (if random.random::<f64>() < slow_share { body + slow * random.random::<f64>() } else { body }) / 1e3
    };
    let mut all: Vec<f64> = (0..5_000).map(|_| one()).collect();
    all.sort_by(f64::total_cmp);
    all
}

#[test]
fn a_percentile_from_the_histogram_is_within_five_percent_of_the_values_own() {
    // From a hit in a cache to the slowest stage of the story, and time limits beside quick answers.
    for (seed, (median, spread, slow_share, slow)) in [
        (0.4, 0.3, 0.02, 5.0),
        (6.0, 0.2, 0.05, 40.0),
        (19.0, 0.15, 0.1, 60.0),
        (48.0, 0.25, 0.05, 200.0),
        (150.0, 0.1, 0.06, 100.0),
        (420.0, 0.4, 0.03, 3_000.0),
        (2.0, 0.5, 0.01, 10_000.0),
    ]
    .into_iter()
    .enumerate()
    {
        let values = stage(seed as u64, median, spread, slow_share, slow);
        let histogram = exported(&values);
        assert_eq!(histogram.count, 5_000);
        assert!(step(&histogram) < 0.05, "buckets of {:.1} %", step(&histogram) * 100.0);
        for share in [0.5, 0.9, 0.95, 0.99] {
            let (own, seen) = (percentile(&values, share), quantile(&histogram, share).unwrap());
            let off = (seen / own - 1.0).abs();
            assert!(off < 0.05, "{median} ms, p{}: {own} s in truth, {seen} s by the histogram", share * 100.0);
        }
    }
}

#[test]
fn the_boundaries_that_the_conventions_advise_would_not_do() {
    let boundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
    let values = stage(9, 150.0, 0.1, 0.06, 100.0);
    let above = boundaries.iter().position(|end| percentile(&values, 0.95) <= *end).unwrap();
    let (from, to) = (boundaries[above - 1], boundaries[above]);
    let below = values.iter().filter(|value| **value <= from).count() as f64;
    let inside = values.iter().filter(|value| **value > from && **value <= to).count() as f64;
    let seen = from + (to - from) * (0.95 * values.len() as f64 - below) / inside;
    let off = (seen / percentile(&values, 0.95) - 1.0).abs();
    assert!(off > 0.05, "off by {:.1} % only", off * 100.0);
}
