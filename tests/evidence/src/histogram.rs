//! Percentiles of values, and from an exponential histogram, as Prometheus computes them from the native histogram that it makes of one.

use opentelemetry_proto::tonic::metrics::v1::ExponentialHistogramDataPoint;

/// The value below which `share` (0 to 1) of all values lie; `None` without values.
///
/// Inside a bucket the values are taken to be spread evenly over the exponents, as `histogram_quantile` of Prometheus has it since
/// version 3. Negative values do not occur: durations are not negative.
#[must_use]
pub fn quantile(point: &ExponentialHistogramDataPoint, share: f64) -> Option<f64> {
    let base = 2_f64.powf(2_f64.powi(-point.scale));
    let rank = share * point.count as f64;
    let mut below = point.zero_count as f64;
    if point.count > 0 && rank <= below {
        return Some(0.0);
    }
    let buckets = point.positive.as_ref()?;
    for (at, count) in buckets.bucket_counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let count = *count as f64;
        if below + count >= rank {
            let exponent = f64::from(buckets.offset) + at as f64 + (rank - below) / count;
            return Some(base.powf(exponent));
        }
        below += count;
    }
    None
}

/// How much a bucket's end is above its beginning, as a share: no percentile is further off.
#[must_use]
pub fn step(point: &ExponentialHistogramDataPoint) -> f64 {
    2_f64.powf(2_f64.powi(-point.scale)) - 1.0
}

/// As the bench has it: the smallest value with at least that share (0 to 1) of all at or below it.
///
/// # Panics
/// Without values.
#[must_use]
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}
