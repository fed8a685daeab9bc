//! Fast and wrong, one file each: what the bench must refuse. Learners are not told of these.

pub(crate) mod any_user;
pub(crate) mod busy_is_wrong;
pub(crate) mod same_length;
