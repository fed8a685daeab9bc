//! The syllabus as `cargo lab list` and the served page show it: exercises by chapter, with the learner's progress, filtered.

mod chapters;
#[cfg(test)]
pub mod fifty;
mod filter;
mod status;

pub use chapters::name;
pub use filter::{Filter, Wanted, services, topics};
pub use status::{Status, words};

use crate::exercise::{Course, Exercise};
use crate::state::{Progress, State};
use std::borrow::Cow;

/// An exercise, and how far the learner came with it.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// What is recorded; empty for one that was never touched.
    pub progress: Cow<'a, Progress>,
    /// Commands without an id mean it.
    pub current: bool,
}

impl Entry<'_> {
    /// It has been passed.
    pub fn is_passed(&self) -> bool {
        self.progress.passed.is_some()
    }
}

/// All exercises by chapter, within a chapter by id.
pub fn entries<'a>(course: &'a Course, state: &'a State) -> Vec<Entry<'a>> {
    let entry = |exercise: &'a Exercise| Entry {
        exercise,
        progress: state.exercise.get(&exercise.id).map_or_else(Cow::default, Cow::Borrowed),
        current: state.current.as_deref() == Some(&exercise.id),
    };
    let mut all: Vec<_> = course.exercises.iter().map(entry).collect();
    all.sort_by_key(|entry| entry.exercise.chapter);
    all
}

/// Each chapter with its entries, which [`entries`] has put next to each other.
pub fn by_chapter<'a, 'b>(entries: &'b [Entry<'a>]) -> impl Iterator<Item = (u32, &'b [Entry<'a>])> {
    entries
        .chunk_by(|one, other| one.exercise.chapter == other.exercise.chapter)
        .map(|group| (group[0].exercise.chapter, group))
}
