//! A story: several settings of several seams in one interleaved run, set beside what the chapter tells.
//!
//! The chapter's milliseconds belong to its machine. Here the whole story is scaled to this one: the work costs what it costs,
//! and three declared delays are solved so that the chapter's five independent figures, the shares of the first stage and the
//! two ratios, come out as near as they can (`calibration`). Whether they come out, and all counts, are found by measuring.

mod aim;
mod calibration;
mod judge;
mod p95;
#[cfg(test)]
mod simulated;
mod slow;
mod solver;
mod stages;
mod table;

pub use stages::{StoryRun, run};
pub use table::text;
