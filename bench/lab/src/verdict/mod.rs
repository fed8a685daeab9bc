//! From numbers to a verdict.

mod judge;
mod outcome;

pub use judge::{Evidence, is_timed, judge, quotient, verdict};
pub use outcome::{TargetOutcome, Verdict};
