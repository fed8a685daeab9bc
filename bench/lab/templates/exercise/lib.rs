//! TO DO: what this component does for the shop, in one sentence.
//!
//! The contract, whichever implementation runs:
//! - TO DO: what is true of every answer, the awkward ones included;
//! - dropping the future ends the work.

mod fixed;
mod flawed;
mod traps;
mod yours;

use variant::{SeamFuture, UnknownTrap, Variant};

/// The implementation in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum __TYPE__ {
    /// The one the shop opened with.
    Flawed,
    /// The learner's.
    Yours,
    /// The reference fix.
    Fixed,
__TRAP_VARIANTS__}

/// This seam's id in `VARIANTS`.
pub const SEAM: &str = "__ID__";

impl TryFrom<&Variant> for __TYPE__ {
    type Error = UnknownTrap;

    fn try_from(variant: &Variant) -> Result<Self, UnknownTrap> {
        match variant {
            Variant::Flawed => Ok(Self::Flawed),
            Variant::Yours => Ok(Self::Yours),
            Variant::Fixed => Ok(Self::Fixed),
__TRAP_CHOICES__            Variant::Trap(name) => Err(UnknownTrap::of(SEAM, name)),
        }
    }
}

impl __TYPE__ {
    /// Every implementation, for the tests.
    pub const ALL: [Self; __COUNT__] = [Self::Flawed, Self::Yours, Self::Fixed__TRAP_LIST__];

    /// TO DO: the one thing it does; with a name, arguments and an error of the shop's own.
    pub fn answer(self, question: &str) -> SeamFuture<'_, String> {
        Box::pin(async move {
            match self {
                Self::Flawed => flawed::answer(question).await,
                Self::Yours => yours::answer(question).await,
                Self::Fixed => fixed::answer(question).await,
__TRAP_CALLS__            }
        })
    }
}
