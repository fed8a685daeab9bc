//! What is measured of each arm: everything for a learner; for a proof only what the exercise claims about that arm.

use super::{Depth, Scope};
use crate::exercise::{Exercise, Target};
use crate::exit::Failure;
use crate::verdict::{Evidence, TargetOutcome, is_timed, judge};

/// What is measured of one arm beside behaviour and counts, which are taken of every arm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claims {
    /// Its latency.
    pub timed: bool,
    /// Each of the exercise's phases, by place.
    pub phases: Vec<bool>,
}

impl Claims {
    /// Of the arm of this name. A proof leaves out what decides nothing: of a trap everything but what it must miss, and
    /// of all arms the latency of an exercise without a target about it. A phase without a target decides something about the
    /// others all the same: what they answer in it, and what becomes of its orders.
    pub fn of(exercise: &Exercise, arm: &str, scope: Scope) -> Self {
        if scope != Scope::Claimed {
            return Self { timed: scope != Scope::Depth(Depth::Check), phases: vec![true; exercise.phase.len()] };
        }
        let trap = exercise.trap.iter().find(|trap| arm.strip_prefix("trap:") == Some(&trap.name));
        let decides = |target: &&Target| trap.is_none_or(|trap| trap.misses.contains(&target.name));
        let mut phases = vec![trap.is_none(); exercise.phase.len()];
        let mut wanted: Vec<usize> =
            exercise.target.iter().filter(decides).filter_map(|target| phase_of(exercise, target)).collect();
        while let Some(place) = wanted.pop() {
            let before = exercise.phase[place].after.as_ref();
            wanted.extend(before.and_then(|name| exercise.phase[..place].iter().position(|one| one.name == *name)));
            phases[place] = true;
        }
        Self { timed: exercise.target.iter().filter(decides).any(needs_latency), phases }
    }

    /// The same, but nothing after the first so many phases.
    pub fn until(&self, phases: usize) -> Self {
        let before = |(place, measured): (usize, &bool)| *measured && place < phases;
        Self { timed: false, phases: self.phases.iter().enumerate().map(before).collect() }
    }

    /// Judges the targets there is evidence about.
    ///
    /// # Errors
    /// As [`judge`].
    pub fn judge(&self, exercise: &Exercise, evidence: &Evidence<'_>) -> Result<Vec<TargetOutcome>, Failure> {
        let measured = |target: &&Target| {
            phase_of(exercise, target).is_none_or(|place| self.phases[place]) && (self.timed || !needs_latency(target))
        };
        judge(&exercise.target.iter().filter(measured).cloned().collect::<Vec<_>>(), evidence)
    }
}

/// CPU time is counted in the slices that are timed, because tracing costs some.
fn needs_latency(target: &Target) -> bool {
    is_timed(&target.name) || target.name.starts_with("cpu_ms_per_request")
}

/// The place of the phase whose number this target is about.
fn phase_of(exercise: &Exercise, target: &Target) -> Option<usize> {
    let (first, _) = target.name.split_once('.')?;
    exercise.phase.iter().position(|phase| phase.name == first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::fixture::lamp;

    fn exercise(targets: &[&str]) -> Exercise {
        let targets: Vec<String> = targets.iter().map(|name| format!("{{ name = {name:?}, max = 1 }}")).collect();
        let text = format!(
            r#"
            phase = [
                {{ name = "dusk", rate_rps = 1, seconds = 1 }},
                {{ name = "fog", rate_rps = 1, seconds = 1 }},
                {{ name = "night", after = "dusk", rate_rps = 1, seconds = 1 }},
            ]
            trap = [
                {{ name = "candle", misses = ["db_queries_per_request"], why = "." }},
                {{ name = "torch", misses = ["night.error_share"], why = "." }},
                {{ name = "mirror", misses = ["p95_ratio"], why = "." }},
            ]
            target = [{}]
            "#,
            targets.join(", ")
        );
        lamp(&text)
    }

    #[test]
    fn a_proof_measures_of_a_trap_what_it_must_miss() {
        let exercise = exercise(&["db_queries_per_request", "night.error_share", "p95_ratio"]);
        let of = |arm: &str, scope: Scope| {
            let Claims { timed, phases } = Claims::of(&exercise, arm, scope);
            (timed, phases)
        };
        let (all, none) = (vec![true; 3], vec![false; 3]);
        for arm in ["flawed", "fixed", "yours"] {
            assert_eq!(of(arm, Scope::Claimed), (true, all.clone()), "{arm}: what it answers in the fog decides, too");
        }
        assert_eq!(of("trap:candle", Scope::Claimed), (false, none.clone()));
        assert_eq!(of("trap:torch", Scope::Claimed), (false, vec![true, false, true]), "night comes after dusk");
        assert_eq!(of("trap:mirror", Scope::Claimed), (true, none));
        assert_eq!(of("trap:candle", Scope::Depth(Depth::Measure)), (true, all.clone()), "whoever tries it sees all");
        assert_eq!(of("fixed", Scope::Depth(Depth::Check)), (false, all));
    }

    #[test]
    fn what_must_be_refused_is_measured_like_a_learners_until_it_is() {
        let exercise = exercise(&["night.error_share"]);
        let claims = Claims::of(&exercise, "broken:dark", Scope::Refused);
        assert_eq!(claims, Claims { timed: true, phases: vec![true; 3] });
        assert_eq!(claims.until(2), Claims { timed: false, phases: vec![true, true, false] });
        assert_eq!(claims.until(0), Claims { timed: false, phases: vec![false; 3] });
    }

    #[test]
    fn an_exercise_without_a_target_about_latency_is_not_timed_by_its_proof() {
        let counted = exercise(&["db_queries_per_request", "fog.lamp.p90_ms"]);
        let phases = vec![true; 3];
        assert_eq!(Claims::of(&counted, "fixed", Scope::Claimed), Claims { timed: false, phases });
        assert!(Claims::of(&exercise(&["cpu_ms_per_request_ratio"]), "flawed", Scope::Claimed).timed);
    }

    #[test]
    fn what_was_not_measured_is_not_judged() {
        let exercise = exercise(&["db_queries_per_request", "night.error_share", "p95_ratio"]);
        let counts = [("db_queries_per_request".to_owned(), 2.0)].into();
        let evidence = Evidence { baseline: &counts, candidate: &counts, ratios: None };
        let judged = Claims::of(&exercise, "trap:candle", Scope::Claimed).judge(&exercise, &evidence).unwrap();
        assert_eq!(judged.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["db_queries_per_request"]);
    }
}
