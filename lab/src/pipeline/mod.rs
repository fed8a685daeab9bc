//! The pipeline of a measurement, in this order: behaviour, counts, latency, verdict.

mod behaviour;
mod bench;
mod claims;
mod comparison;
mod counts;
mod growth;
mod latency;
mod phases;
mod rows;
mod shops;
mod verdict;

pub use behaviour::{Difference, bytes_read, compare, compare_all};
pub use bench::{Bench, Ends, or_interrupted, with_bench};
pub use comparison::{Candidate, Comparison, Depth, SEED, longer, mde, placebo, ratios, remark, run, run_claimed};
pub use counts::{Counted, TraceSlice, count};
pub use latency::{
    ArmLatency, Lane, Latency, Plan, TimedSlice, interleave, interleave_lanes, ratio, warm_up, warm_up_lanes,
};
pub use phases::run_phase;
pub use verdict::{Evidence, Judged, Verdict, judge, quotient, verdict};
