//! A story: several settings of several seams in one interleaved run, set beside what the chapter tells.
//!
//! The chapter's milliseconds belong to its machine. Here the whole story is scaled to this one: serialisation costs what it
//! costs, and the declared delays (distances, model time) are solved so that the first stage's time is divided as the chapter
//! says. So the first stage's shares are set, and within their tolerance the database's is aimed at the chapter's ratios; what
//! the fixes then do is found by measuring.

mod aim;
mod judge;
mod stages;
mod steady;
mod table;

pub use stages::{StoryRun, run};
pub use table::text;
