//! Fast and wrong, one file each: what the bench must refuse. Learners are not told of these.

pub(crate) mod forty_answers;
pub(crate) mod kept_forever;
pub(crate) mod middle_pages;
pub(crate) mod sampled_only;
pub(crate) mod unspanned;
