//! Fast and wrong, one file each: what the bench must refuse. Learners are not told of these.

pub(crate) mod quantities_forgotten;
pub(crate) mod sampled_only;
pub(crate) mod tariff_remembered;
pub(crate) mod whoever_asks_first;
