//! The pipeline of a measurement, in this order: behaviour, counts, latency, verdict.

mod behaviour;
mod bench;
mod cases;
mod changes;
mod claims;
mod comparison;
mod counts;
mod effects;
#[cfg(test)]
mod event_log;
mod feed;
mod growth;
mod interleave;
mod latency;
mod outside;
mod passed;
mod phases;
mod plan;
mod ratio;
mod refused;
mod remarks;
mod result;
mod rows;
mod scope;
mod spans_by_arm;
mod start;
mod tiles;
mod together;
mod void;
mod warm_up;

pub use behaviour::{Difference, bytes_read, differs};
pub use bench::{Bench, IntoExit, or_interrupted, with_bench};
pub use cases::{compare, compare_all};
pub use comparison::run;
pub use counts::{Counted, TraceSlice, count};
pub use interleave::{interleave, interleave_lanes};
pub use latency::{ArmLatency, Latency, TimedSlice};
pub use outside::reconcile;
pub use passed::{Passed, Window};
pub use phases::run_phase;
pub use plan::{Harness, Lane, Plan, SAMPLED_WHILE_TIMED, SEED, SystemUnderTest};
pub use ratio::{mde, observed, placebo, ratio, ratios};
pub use remarks::{longer, remark};
pub use result::{Candidate, Comparison};
pub use scope::{Depth, Scope};
pub use warm_up::{warm_up, warm_up_lanes};
