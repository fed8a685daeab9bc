//! The pipeline of a measurement, in this order: behaviour, counts, latency, verdict.

mod behaviour;
mod bench;
mod comparison;
mod counts;
mod latency;
mod verdict;

pub use behaviour::{Difference, compare};
pub use bench::{Bench, Ends, with_bench};
pub use comparison::{Candidate, Comparison, Depth, SEED, longer, placebo, ratios, remark, run};
pub use counts::{Counted, TraceSlice, count};
pub use latency::{ArmLatency, Latency, Plan, interleave, ratio, warm_up};
pub use verdict::{Evidence, Judged, Verdict, judge, verdict};
