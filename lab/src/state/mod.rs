//! What the bench remembers between commands, under `.lab/`: the learner's place, predictions, kept work, runs.

mod attic;
mod lock;
mod notebook;
mod store;

pub use attic::keep;
pub use lock::BenchLock;
pub use notebook::{Entry, append};
pub use store::{Prediction, Progress, State, Store, write};
