//! Runs an experiment on a bench that is up.

use super::{Experiment, Subject};
use crate::exit::Failure;
use crate::pipeline::{self, Bench, Comparison};
use crate::story::{self, StoryRun};

/// What a run gave.
pub enum Finished {
    /// Flawed against its candidates.
    Seam(Box<Comparison>),
    /// A story.
    Story(Box<StoryRun>),
}

impl Experiment<'_> {
    /// Runs it.
    ///
    /// # Errors
    /// Exit 2, 3 or 4.
    pub async fn run(&self, bench: &Bench<'_>) -> Result<Finished, Failure> {
        let exercise = self.exercise.drawn(self.seed)?;
        match &self.subject {
            Subject::Seam { candidates, scope } => {
                Ok(Finished::Seam(Box::new(pipeline::run(bench, &exercise, candidates, *scope).await?)))
            }
            Subject::Story => Ok(Finished::Story(Box::new(story::run(bench, &exercise).await?))),
        }
    }
}
