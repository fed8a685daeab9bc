//! The list of seams and stories, in the order of the book. `build.rs` reads it off the folders under `exercises/`.

/// A place in a service where an implementation can be exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seam {
    /// The exercise's id, which is its package's name.
    pub id: &'static str,
    /// The names of its traps, as in `trap:NAME`.
    pub traps: &'static [&'static str],
    /// The names of its implementations that answer wrongly, as in `broken:NAME`. Messages to learners do not list them.
    pub broken: &'static [&'static str],
}

/// An exercise over several seams, measured setting by setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Story {
    /// The story's id, which is its folder's name.
    pub id: &'static str,
    /// The ids of its seams, in the order in which the chapter fixes them.
    pub seams: &'static [&'static str],
}

// Every seam that the workspace has as a dependency, and every story.
include!(concat!(env!("OUT_DIR"), "/seams.rs"));

#[cfg(test)]
mod tests {
    use super::{SEAMS, STORIES};

    #[test]
    fn the_first_chapter_is_there_with_its_story_and_its_traps() {
        let related = SEAMS.iter().find(|seam| seam.id == "ch01-related-products").unwrap();
        assert_eq!(related.traps, ["index"]);
        let outgoing = SEAMS.iter().find(|seam| seam.id == "ch10-outgoing-calls").unwrap();
        assert_eq!(outgoing.traps, ["absolute-count", "wide-bulkhead"]);
        let story = STORIES.iter().find(|story| story.id == "ch01-product-search").unwrap();
        assert_eq!(story.seams, ["ch01-related-products", "ch01-result-format"]);
        assert!(SEAMS.is_sorted_by_key(|seam| seam.id) && STORIES.is_sorted_by_key(|story| story.id));
    }
}
