//! Fast and wrong, one file each: what the bench must refuse. Learners are not told of these.

pub(crate) mod middle_pages;
pub(crate) mod sampled_only;
pub(crate) mod unspanned_calls;
pub(crate) mod yesterdays_prices;
