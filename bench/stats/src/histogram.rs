//! Histograms of latencies, all of one make, so that they can be merged.

use hdrhistogram::Histogram;

/// An empty histogram of nanoseconds as latencies are kept: three digits (half a microsecond at the least) up to a minute,
/// growing beyond. 150 kB each.
pub fn histogram() -> Histogram<u64> {
    digits(3)
}

/// As [`histogram`], with two digits: for what only describes. 20 kB each.
pub fn coarse_histogram() -> Histogram<u64> {
    digits(2)
}

#[allow(clippy::expect_used, reason = "the bounds are constants that the library accepts")]
fn digits(significant: u8) -> Histogram<u64> {
    let mut histogram = Histogram::new_with_bounds(1_000, 60_000_000_000, significant).expect("constant bounds");
    histogram.auto(true);
    histogram
}
