//! The seed of a run.

use std::hash::{BuildHasher as _, RandomState};

/// A new seed for a run, short enough to be typed. From the operating system's randomness, by way of the standard library's
/// hasher, which is the one place it shows it: nobody who is measured can know it.
#[must_use]
pub fn new_seed() -> u64 {
    RandomState::new().hash_one(0_u8) >> 32
}
