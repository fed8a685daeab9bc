//! Plausible wrong fixes.

pub(crate) mod more_workers;
pub(crate) mod spawn_blocking;
