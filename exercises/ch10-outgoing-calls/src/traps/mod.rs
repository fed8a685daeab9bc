//! Plausible wrong fixes.

pub(crate) mod absolute_count;
pub(crate) mod wide_bulkhead;
