//! From numbers to a verdict.

mod evidence;
mod judge;
mod never;
mod outcome;

pub use evidence::Evidence;
pub use judge::{is_timed, judge, quotient, verdict};
pub use outcome::{TargetOutcome, Verdict};
