//! The catalogue that values are drawn from, as far as a draw needs it.

use super::words::WordIndex;
use catalogue::{Catalogue, Permutation, Size};
use std::sync::OnceLock;

/// A catalogue, and what is made of it when it is first asked for.
pub(in crate::exercise) struct Known {
    pub(in crate::exercise) catalogue: Catalogue,
    pub(in crate::exercise) popularity: Permutation,
    words: OnceLock<WordIndex>,
}

impl Known {
    /// Of this size.
    pub(in crate::exercise) fn new(size: Size) -> Self {
        Self { catalogue: Catalogue::new(size), popularity: Permutation::new(size.products), words: OnceLock::new() }
    }

    /// Which products have which words.
    pub(super) fn words(&self) -> &WordIndex {
        self.words.get_or_init(|| WordIndex::of(&self.catalogue))
    }
}
