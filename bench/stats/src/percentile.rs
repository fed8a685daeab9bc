//! Percentiles of a histogram, withheld where the data do not reach, and the merging of histograms.

use hdrhistogram::Histogram;

/// Samples that must lie above a quantile before it is worth printing.
const SAMPLES_ABOVE: f64 = 10.0;

/// The value at quantile `q` (0.95 for p95), in the histogram's unit: nanoseconds for those of the driver. `None` with
/// fewer than ten samples above it: such a number describes single requests, and shows it by jumping from run to run.
pub fn percentile(h: &Histogram<u64>, q: f64) -> Option<u64> {
    reaches(h.len(), q).then(|| h.median_equivalent(h.value_at_quantile(q)))
}

/// Whether `samples` leave at least ten above quantile `q`.
pub(super) fn reaches(samples: u64, q: f64) -> bool {
    // A hair of slack: 200 × (1 − 0.95) is 9.999… in floating point.
    samples as f64 * (1.0 - q) >= SAMPLES_ABOVE - 1e-6
}

/// The mean, in the histogram's unit; `None` without samples.
pub fn mean(h: &Histogram<u64>) -> Option<f64> {
    (!h.is_empty()).then(|| h.mean())
}

/// All samples of `histograms` in one. Percentiles are never averaged: they are read from this.
pub fn merged<'a>(histograms: impl IntoIterator<Item = &'a Histogram<u64>>) -> Histogram<u64> {
    let mut all = crate::histogram();
    for one in histograms {
        // The target resizes itself, so adding cannot be refused.
        let added = all.add(one);
        debug_assert!(added.is_ok());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{merged, percentile};
    use crate::histogram;
    use proptest::prelude::*;

    #[test]
    fn a_percentile_with_fewer_than_ten_samples_above_it_is_withheld() {
        let mut h = histogram();
        (1..=199).for_each(|ms| h.record(ms * 1_000_000).unwrap());
        assert_eq!(percentile(&h, 0.95), None);
        assert!(percentile(&h, 0.5).is_some());
        h.record(200_000_000).unwrap();
        let p95 = percentile(&h, 0.95).unwrap() as f64;
        assert!((p95 / 190e6 - 1.0).abs() < 0.002, "{p95}");
        assert_eq!(percentile(&h, 0.99), None);
    }

    proptest! {
        #[test]
        fn a_merge_holds_every_sample_and_reads_like_one_histogram(
            a in proptest::collection::vec(1_000..5_000_000_000_u64, 0..200),
            b in proptest::collection::vec(1_000..5_000_000_000_u64, 0..200),
        ) {
            let of = |values: &[u64]| { let mut h = histogram(); values.iter().for_each(|v| h.record(*v).unwrap()); h };
            let both = merged([&of(&a), &of(&b)]);
            let one = of(&[a.as_slice(), b.as_slice()].concat());
            prop_assert_eq!(both.len(), (a.len() + b.len()) as u64);
            for q in [0.1, 0.5, 0.95, 1.0] {
                prop_assert_eq!(both.value_at_quantile(q), one.value_at_quantile(q));
            }
        }
    }
}
