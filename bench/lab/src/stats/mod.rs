//! The statistics of a comparison: effects per round, their interval, what could have been seen, and the order of slices.
//!
//! The unit is the round, never the request: requests of one slice share the machine's mood, and
//! treating them as independent calls two runs of the same binary different in most cases.

mod bootstrap;
mod change;
mod effect;
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
