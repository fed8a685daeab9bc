//! Fast and wrong, one file each: what the bench must refuse. Learners are not told of these.

pub(crate) mod etag_of_query;
pub(crate) mod fewer_fields;
pub(crate) mod middle_pages;
pub(crate) mod one_tag;
