//! Fast and wrong, one file each: what the bench must refuse. Learners are not told of these.

pub(crate) mod not_awaited;
pub(crate) mod published_or_not;
pub(crate) mod sampled_only;
pub(crate) mod second_process;
