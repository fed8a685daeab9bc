//! What is asked, as an exercise and its arms; whatever cannot be is refused here, before anything is said or started.

use crate::arms::{Program, needs_of, programs_and_tests, programs_for};
use crate::context::Context;
use crate::exercise::{Exercise, nearest};
use crate::exit::{Exit, Failure};
use crate::pipeline::{Depth, Scope, new_seed};
use stack::Needs;

/// An exercise, and what of it is run.
#[derive(Clone, Debug)]
pub struct Experiment<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// What of it.
    pub subject: Subject,
    /// A demonstration: the run is kept and shown, and nothing of it is the learner's doing.
    pub demo: bool,
    /// What everything that is drawn is drawn from.
    pub seed: u64,
}

/// What is run of an exercise.
#[derive(Clone, Debug)]
pub enum Subject {
    /// Flawed against candidates, as `VARIANTS` spells them.
    Seam {
        /// At least one.
        candidates: Vec<String>,
        /// How much is measured of each.
        scope: Scope,
    },
    /// All stages of a story.
    Story,
}

impl<'a> Experiment<'a> {
    /// Behaviour and counts of a candidate; of the current exercise where none is named.
    ///
    /// # Errors
    /// Exit 2 for an unknown exercise or candidate, or a story.
    pub fn check(context: &'a Context, id: Option<&str>, candidate: &str) -> Result<Self, Failure> {
        let exercise = context.exercise(id)?;
        if exercise.story.is_some() {
            return Err(Failure::usage(format!("{} is a story: it can be measured, not checked", exercise.id))
                .remedy(format!("cargo lab measure {}", exercise.id)));
        }
        Ok(Self::of_seam(exercise, known(exercise, candidate)?, Depth::Check))
    }

    /// The whole pipeline for a candidate, or all stages of a story.
    ///
    /// # Errors
    /// Exit 2 for an unknown exercise or candidate, exit 1 for a `yours.rs` nothing was changed in.
    pub fn measure(context: &'a Context, id: Option<&str>, candidate: &str) -> Result<Self, Failure> {
        let exercise = context.exercise(id)?;
        if exercise.story.is_some() {
            if candidate != "yours" {
                return Err(Failure::usage(format!("{} is a story: its stages are in exercise.toml", exercise.id))
                    .remedy(format!("cargo lab measure {}", exercise.id)));
            }
            return Ok(Self { exercise, subject: Subject::Story, demo: false, seed: new_seed() });
        }
        let candidate = known(exercise, candidate)?;
        if candidate == "yours" && exercise.is_untouched() {
            let same = Failure::usage("yours.rs is identical to the flawed version: nothing to measure");
            return Err(Failure { exit: Exit::NotYet, ..same }.remedy(format!(
                "change exercises/{0}/src/yours.rs; `cargo lab observe {0}` shows where the time goes",
                exercise.id
            )));
        }
        Ok(Self::of_seam(exercise, candidate, Depth::Measure))
    }

    /// Flawed against one candidate that is known to be one.
    #[must_use]
    pub fn of_seam(exercise: &'a Exercise, candidate: String, depth: Depth) -> Self {
        let subject = Subject::Seam { candidates: vec![candidate], scope: Scope::Depth(depth) };
        Self { exercise, subject, demo: false, seed: new_seed() }
    }

    /// All that an author claims about an exercise: the fix and every trap, of each what it must meet or miss; or the story.
    #[must_use]
    pub fn of_claims(exercise: &'a Exercise) -> Self {
        if exercise.story.is_some() {
            return Self { exercise, subject: Subject::Story, demo: false, seed: new_seed() };
        }
        let mut candidates = vec!["fixed".to_owned()];
        candidates.extend(exercise.trap.iter().map(|trap| format!("trap:{}", trap.name)));
        Self { exercise, subject: Subject::Seam { candidates, scope: Scope::Claimed }, demo: false, seed: new_seed() }
    }

    /// Implementations that must be refused, each driven until it is.
    #[must_use]
    pub fn of_broken(exercise: &'a Exercise, candidates: Vec<String>) -> Self {
        Self { exercise, subject: Subject::Seam { candidates, scope: Scope::Refused }, demo: false, seed: new_seed() }
    }

    /// The same with this seed, where there is one.
    #[must_use]
    pub fn seeded(self, seed: Option<u64>) -> Self {
        Self { seed: seed.unwrap_or(self.seed), ..self }
    }

    /// Behaviour and counts, or latency too.
    #[must_use]
    pub fn depth(&self) -> Depth {
        match self.subject {
            Subject::Seam { scope: Scope::Depth(depth), .. } => depth,
            Subject::Seam { .. } | Subject::Story => Depth::Measure,
        }
    }

    /// Whether it is about the learner's own version.
    #[must_use]
    pub fn is_yours(&self) -> bool {
        matches!(&self.subject, Subject::Seam { candidates, .. } if candidates.iter().any(|one| one == "yours"))
    }

    /// As the lock and the feed name it: the command line without `cargo lab`.
    #[must_use]
    pub fn command(&self) -> String {
        let id = &self.exercise.id;
        match (&self.subject, self.depth()) {
            (Subject::Story, _) => format!("measure {id}"),
            (Subject::Seam { candidates, .. }, depth) => {
                let verb = if depth == Depth::Check { "check" } else { "measure" };
                format!("{verb} {id} --candidate {}", candidates.join(" "))
            }
        }
    }

    /// The programs it takes; for a seam, also the tests of its contract.
    #[must_use]
    pub fn programs(&self) -> Vec<Program> {
        match self.subject {
            Subject::Seam { .. } => programs_and_tests(self.exercise),
            Subject::Story => programs_for(self.exercise),
        }
    }

    /// The servers it takes.
    #[must_use]
    pub fn needs(&self) -> Needs {
        needs_of(self.exercise)
    }
}

/// The candidate asked for, as `VARIANTS` spells it. What is broken is known to its author, and not listed.
fn known(exercise: &Exercise, candidate: &str) -> Result<String, Failure> {
    let known = exercise.candidates();
    if known.iter().chain(&exercise.broken_candidates()).any(|one| one == candidate) {
        return Ok(candidate.to_owned());
    }
    let near = nearest(candidate, known.iter().map(String::as_str));
    let guess = near.first().map_or(String::new(), |name| format!("did you mean {name}? "));
    Err(Failure::usage(format!("{} has no candidate {candidate:?}", exercise.id)).remedy(format!(
        "{guess}cargo lab check {} --candidate NAME knows: {}",
        exercise.id,
        known.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::known;
    use crate::exercise::fixture::lamp;

    #[test]
    fn what_is_broken_can_be_asked_for_and_is_listed_nowhere() {
        let exercise = lamp(r#"broken = [{ name = "dark", why = "." }]"#);
        assert_eq!(known(&exercise, "broken:dark").unwrap(), "broken:dark");
        let refused = known(&exercise, "broken:dim").unwrap_err().to_string();
        assert!(refused.contains("broken:dim") && !refused.contains("broken:dark"), "{refused}");
    }
}
