//! Which implementation of a seam runs: the variant, and how `VARIANTS` chooses one for each seam.
//!
//! `VARIANTS=ch01-related-products=yours,ch01-result-format=fixed` names seams one by one; `*=fixed` stands for all that
//! are not named; nothing named means flawed. A story's id (`ch01-product-search`) stands for all of its seams.

mod parse;
mod seams;

pub use parse::{VariantError, Variants};
pub use seams::{SEAMS, STORIES, Seam, Story};

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
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flawed => f.write_str("flawed"),
            Self::Yours => f.write_str("yours"),
            Self::Fixed => f.write_str("fixed"),
            Self::Trap(name) => write!(f, "trap:{name}"),
        }
    }
}

/// A trap that a seam does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{seam} has no trap {name:?}")]
pub struct UnknownTrap {
    seam: &'static str,
    name: String,
}

impl UnknownTrap {
    /// The seam with this id has no trap of this name.
    #[must_use]
    pub fn of(seam: &'static str, name: &str) -> Self {
        Self { seam, name: name.to_owned() }
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
            _ => match word.strip_prefix("trap:") {
                Some(name) if !name.is_empty() => Ok(Self::Trap(name.to_owned())),
                _ => Err(NotAVariant(word.to_owned())),
            },
        }
    }
}
