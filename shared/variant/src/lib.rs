//! Which implementation of a seam runs: the variant, and how `VARIANTS` chooses one for each seam.
//!
//! `VARIANTS=ch01-related-products=yours,ch01-result-format=fixed` names seams one by one; `*=fixed` stands for all that
//! are not named; nothing named means flawed. A story's id (`ch01-product-search`) stands for all of its seams.

mod parse;
mod renamed;
mod seam;
mod seams;
mod under_test;

pub use parse::{VariantError, Variants};
pub use renamed::{renamed, renamed_to};
pub use seams::{SEAMS, STORIES, Seam, Story};
pub use under_test::{IMPLEMENTATION, only_one, under_test};

use std::{fmt, pin::Pin, str::FromStr};

/// What a seam's entry gives to the service that awaits it. Boxed, so that the service's own futures do not contain the
/// implementation's: when a learner saves another one, the service's routes need not be generated again.
pub type SeamFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One implementation of a seam.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variant {
    /// What a well-meaning engineer under deadline wrote; what runs unless something else is said.
    Flawed,
    /// The learner's.
    Yours,
    /// The reference fix.
    Fixed,
    /// A plausible wrong fix, by name.
    Trap(String),
    /// Fast and wrong, by name: what the bench must refuse. Not shown to learners.
    Broken(String),
}

impl Variant {
    /// Whether this is the implementation in a module of the exercise's crate: `["fixed"]`, `["traps", "no_wick"]`.
    #[must_use]
    pub fn is_in(&self, module: &[&str]) -> bool {
        let named = |name: &str, module: &str| name.replace('-', "_") == module;
        match (self, module) {
            (Self::Flawed, ["flawed"]) | (Self::Yours, ["yours"]) | (Self::Fixed, ["fixed"]) => true,
            (Self::Trap(name), ["traps", module]) | (Self::Broken(name), ["broken", module]) => named(name, module),
            _ => false,
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flawed => f.write_str("flawed"),
            Self::Yours => f.write_str("yours"),
            Self::Fixed => f.write_str("fixed"),
            Self::Trap(name) => write!(f, "trap:{name}"),
            Self::Broken(name) => write!(f, "broken:{name}"),
        }
    }
}

/// A trap that a seam does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{seam} has no {variant}")]
pub struct UnknownTrap {
    seam: &'static str,
    variant: Variant,
}

impl UnknownTrap {
    /// The seam with this id does not have this variant.
    #[must_use]
    pub fn of(seam: &'static str, variant: &Variant) -> Self {
        Self { seam, variant: variant.clone() }
    }
}

/// A word that is no variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a variant: write flawed, yours, fixed or trap:NAME")]
pub struct NotAVariant(String);

impl FromStr for Variant {
    type Err = NotAVariant;

    fn from_str(word: &str) -> Result<Self, NotAVariant> {
        match word {
            "flawed" => Ok(Self::Flawed),
            "yours" => Ok(Self::Yours),
            "fixed" => Ok(Self::Fixed),
            _ => match word.split_once(':') {
                Some(("trap", name)) if !name.is_empty() => Ok(Self::Trap(name.to_owned())),
                Some(("broken", name)) if !name.is_empty() => Ok(Self::Broken(name.to_owned())),
                _ => Err(NotAVariant(word.to_owned())),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Variant;

    #[test]
    fn a_word_names_the_module_of_its_implementation() {
        let modules = [["flawed"].as_slice(), &["yours"], &["fixed"], &["traps", "no_wick"], &["broken", "no_wick"]];
        let words = ["flawed", "yours", "fixed", "trap:no-wick", "broken:no-wick"];
        for (word, own) in words.into_iter().zip(modules) {
            let variant: Variant = word.parse().unwrap();
            assert_eq!(variant.to_string(), word);
            for module in modules {
                assert_eq!(variant.is_in(module), module == own, "{word}, {module:?}");
            }
        }
        for word in ["", "trap", "trap:", "broken:", "flawed:x", "Fixed"] {
            assert!(word.parse::<Variant>().is_err(), "{word:?}");
        }
    }
}
