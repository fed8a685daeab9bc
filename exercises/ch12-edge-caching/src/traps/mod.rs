//! Plausible wrong fixes, one file each.

pub(crate) mod hour;
pub(crate) mod url_only;
