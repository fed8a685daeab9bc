//! How much of an exercise a run measures.

/// How far a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Behaviour and counts.
    Check,
    /// Latency too.
    Measure,
}

/// What is measured of each arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The same of all: for learners.
    Depth(Depth),
    /// What the exercise claims about it, and nothing that decides no claim: for authors.
    Claimed,
    /// As much as a learner's measurement, until something refuses it: for authors, of arms that must be refused.
    Refused,
}

impl Scope {
    /// Whether it is an author's: then arms may be driven beside each other.
    #[must_use]
    pub fn is_proof(self) -> bool {
        !matches!(self, Self::Depth(_))
    }
}
