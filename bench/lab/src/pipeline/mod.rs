//! The pipeline of a measurement, in this order: behaviour, counts, latency, verdict.

mod allowed;
#[cfg(test)]
mod answering;
mod asking;
mod behaviour;
mod bench;
mod cases;
mod claims;
mod comparison;
mod counts;
#[cfg(test)]
mod event_log;
mod feed;
mod growth;
mod interleave;
mod latency;
mod phase_series;
mod phases;
mod plan;
mod ratio;
mod refusal;
mod remarks;
mod result;
mod rows;
mod scope;
mod seed;
mod spans_by_arm;
mod start;
mod together;
mod under_load;
mod void;
mod warm_up;

pub use asking::Asking;
pub use behaviour::{Difference, bytes_read};
pub use bench::{Bench, IntoExit, or_interrupted, with_bench};
pub use cases::{compare, compare_all};
pub use comparison::run;
pub use counts::{Counted, TraceSlice, count};
pub use interleave::{interleave, interleave_lanes};
pub use latency::{ArmLatency, Latency, TimedSlice};
pub use phases::run_phase;
pub use plan::{COMPARED, Harness, Lane, Plan, SEED, SystemUnderTest};
pub use ratio::{mde, observed, placebo, ratio, ratios};
pub use refusal::first_under_load;
pub use remarks::{longer, remark};
pub use result::{Candidate, Comparison};
pub use scope::{Depth, Scope};
pub use seed::new_seed;
pub use warm_up::{warm_up, warm_up_lanes};
