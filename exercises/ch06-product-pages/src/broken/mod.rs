//! Fast and wrong, one file each: what the bench must refuse. Learners are not told of these.

pub(crate) mod absence_for_ever;
pub(crate) mod memory_only;
pub(crate) mod ten_lifetimes;
pub(crate) mod ten_slots;
