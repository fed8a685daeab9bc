//! Plausible wrong fixes, one file each.

pub(crate) mod join;
pub(crate) mod spawn;
