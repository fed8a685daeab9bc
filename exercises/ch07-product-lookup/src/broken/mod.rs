//! Fast and wrong, one file each: what the bench must refuse. Learners are not told of these.

pub(crate) mod at_start;
pub(crate) mod digits_are_skus;
pub(crate) mod known_terms;
