//! Fast and wrong, one file each: what the bench must refuse. Learners are not told of these.

pub(crate) mod english_for_all;
pub(crate) mod etag_of_length;
pub(crate) mod hits_only;
pub(crate) mod only_search;
pub(crate) mod stock_for_an_hour;
