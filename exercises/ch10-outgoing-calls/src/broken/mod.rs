//! Fast and wrong, one file each: what the bench must refuse. Learners are not told of these.

pub(crate) mod key_per_call;
pub(crate) mod leaked_permits;
pub(crate) mod never_again;
pub(crate) mod one_circuit;
pub(crate) mod too_late_is_not_sent;
