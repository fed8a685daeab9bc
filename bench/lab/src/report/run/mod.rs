//! A run file: the object of `--json`, and under `page` what only the pages need. One type writes it and reads it again.
//!
//! Everything may be missing when it is read, and what is unknown is passed over: a file of another version must still be shown.

mod arm;
mod measured;
mod page_data;
mod read;
mod round;
mod scored;
mod seam;
mod story;

pub use arm::{ArmReport, LatencyMs};
pub use measured::Measured;
pub use page_data::{Chapter, PageArm, PageData, PhaseOverTime, Row, Slice, Waterfall};
pub use round::round;
pub use scored::Scored;
pub use seam::{NotJudged, Report};
pub use story::StoryReport;

use serde::{Deserialize, Serialize};

/// The whole file.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Run {
    /// The result, as `--json` prints it.
    #[serde(flatten)]
    pub measured: Measured,
    /// What only the pages need.
    #[serde(default)]
    pub page: PageData,
}

#[cfg(test)]
mod tests;
