//! Plausible wrong fixes, one file each.

pub(crate) mod jitter;
pub(crate) mod leader;
