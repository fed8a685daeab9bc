//! Plausible wrong fixes, one file each.

pub(crate) mod btree;
