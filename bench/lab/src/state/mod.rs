//! What the bench remembers between commands, under `.lab/`: the learner's place, predictions, kept work, runs.

mod attic;
mod calibration;
mod lock;
mod merge;
mod model;
mod notebook;
mod place;
mod renamed;
mod store;
mod version;
mod write;

pub use attic::{Kept, hunk_header, keep};
pub use calibration::{Calibration, calibration, scores};
pub use lock::BenchLock;
pub use merge::merge;
pub use model::{CountScore, Outcome, Prediction, Progress, Score, State};
pub use notebook::{Entry, append};
pub use place::{Advice, Place, Step};
pub use store::{Store, parse, text};
pub use version::version;
pub use write::write;
