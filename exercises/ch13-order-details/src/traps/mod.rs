//! Plausible wrong fixes, one file each.

pub(crate) mod delay;
pub(crate) mod shared;
