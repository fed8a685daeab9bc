//! What the bench remembers between commands, under `.lab/`: the learner's place, predictions, kept work, runs.

mod backups;
mod expected;
mod lock;
mod merge;
mod model;
mod notebook;
mod place;
mod prediction;
mod prediction_score;
mod renamed;
mod score;
mod store;
mod version;
mod write;

pub use backups::{Kept, backups, hunk_header, keep};
pub use expected::Expected;
pub use lock::BenchLock;
pub use merge::merge;
pub use model::{Measured, Outcome, Progress, State};
pub use notebook::{Entry, append};
pub use place::{Advice, Place, Step};
pub use prediction::predicted;
pub use prediction_score::{PredictionScore, prediction_score, scores};
pub use score::{CountScore, Prediction, Score};
pub use store::{Store, parse, text};
pub use version::version;
pub use write::write;
