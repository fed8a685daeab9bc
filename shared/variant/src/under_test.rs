//! Which implementations of a seam its tests look at.

use crate::{SEAMS, Variant};

/// Names the only implementation that the tests of a contract look at: `cargo lab check` runs them for the learner's alone.
pub const IMPLEMENTATION: &str = "WORKSHOP_IMPLEMENTATION";

/// The implementation that [`IMPLEMENTATION`] names; nothing where the tests look at all of them.
///
/// # Panics
/// For a word that is no variant.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "only tests ask, and no service reads it")]
pub fn only_one() -> Option<Variant> {
    let word = std::env::var(IMPLEMENTATION).ok()?;
    Some(word.parse().unwrap_or_else(|error| panic!("{IMPLEMENTATION}: {error}")))
}

/// Every implementation of a seam that is held to its contract, so without the broken ones; or [`only_one`].
///
/// # Panics
/// For a seam that does not exist.
#[must_use]
pub fn under_test(seam: &str) -> Vec<Variant> {
    if let Some(one) = only_one() {
        return vec![one];
    }
    let known = SEAMS.iter().find(|known| known.id == seam).unwrap_or_else(|| panic!("there is no seam {seam}"));
    let traps = known.traps.iter().map(|trap| Variant::Trap((*trap).to_owned()));
    [Variant::Flawed, Variant::Yours, Variant::Fixed].into_iter().chain(traps).collect()
}

#[cfg(test)]
mod tests {
    use super::under_test;
    use crate::SEAMS;

    #[test]
    fn every_seam_has_its_traps_beside_the_three() {
        for seam in SEAMS {
            assert_eq!(under_test(seam.id).len(), 3 + seam.traps.len(), "{}", seam.id);
        }
    }
}
