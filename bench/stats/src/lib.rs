//! The statistics of a comparison: effects per round, their interval, what could have been seen, and the order of slices.
//!
//! A round drives each of two builds for a short while, in a random order and its mirror ([`order()`]). Measure what you like
//! in each slice; here are milliseconds at p95 of eight rounds, two slices of each build per round:
//!
//! ```
//! use stats::{CONFIDENCE, Change, Interval, MARGIN, change, hodges_lehmann, minimum_detectable_effect, round_effect};
//!
//! let old = [[8.1, 8.3], [8.9, 8.4], [8.0, 8.2], [8.6, 8.8], [8.2, 8.1], [8.3, 8.7], [8.5, 8.4], [8.2, 8.3]];
//! let new = [[4.0, 4.2], [4.6, 4.3], [4.1, 4.0], [4.2, 4.4], [4.1, 4.1], [4.0, 4.4], [4.3, 4.2], [4.1, 4.2]];
//! // The logarithm of each round's ratio; what disturbs a round disturbs both builds.
//! let effects: Vec<f64> = old.iter().zip(&new).filter_map(|(old, new)| round_effect(old, new)).collect();
//! let ratio = hodges_lehmann(&effects, CONFIDENCE).map(Interval::exp).expect("six rounds are enough for 95 %");
//! assert!(ratio.inside(0.45, 0.55), "the new build takes half the time: {ratio:?}");
//! assert_eq!(change(&ratio, old.len(), MARGIN), Change::Faster);
//! assert!(minimum_detectable_effect(&effects) < 0.10, "a change of a tenth would have been seen");
//! ```
//!
//! Latencies are collected in a [`histogram()`] (nanoseconds), read with [`percentile()`], and pooled over rounds with
//! [`pooled_ratio`].
//!
//! The unit is the round, never the request: requests of one slice share the machine's mood, and treating them as independent
//! calls two runs of the same binary different in most cases.

mod bootstrap;
mod change;
mod effect;
mod histogram;
mod hodges_lehmann;
mod interval;
mod mde;
mod normal;
mod order;
mod percentile;
mod placebo;
mod signed_rank;
mod student;

pub use bootstrap::pooled_ratio;
pub use change::{Change, MARGIN, change};
pub use effect::round_effect;
pub use histogram::{coarse_histogram, histogram};
pub use hodges_lehmann::{hodges_lehmann, hodges_lehmann_estimate};
pub use interval::Interval;
pub use mde::{detectable_beyond, longer_by, minimum_detectable_effect};
pub use normal::quantile as normal_quantile;
pub use order::order;
pub use percentile::{mean, merged, percentile};
pub use placebo::placebo;

/// The confidence of every interval the bench prints.
pub const CONFIDENCE: f64 = 0.95;

/// The median of any values; not a number of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    median_of_sorted(&values).unwrap_or(f64::NAN)
}

fn median_of_sorted(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some(0.5 * (sorted[middle - 1] + sorted[middle])),
    }
}
