//! What became of an implementation that must be refused.

use super::Proof;
use crate::exercise::Exercise;
use crate::exit::{Exit, Failure};
use crate::machine::Machine;
use crate::pipeline::{Candidate, Comparison};
use crate::report::{Report, comparison_text};
use crate::terminal::Terminal;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// What became of one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Refusal {
    /// `broken:NAME`.
    pub candidate: String,
    /// What refused it: `behaviour`, then the names of the targets that it misses. Empty where nothing did.
    pub by: Vec<String>,
    /// The exit code a learner would see.
    pub exit: u8,
    /// What a learner would read about it.
    pub message: String,
}

impl Refusal {
    /// Of one candidate of a run.
    pub(super) fn of(exercise: &Exercise, comparison: &Comparison, candidate: &Candidate, machine: &Machine) -> Self {
        let report = Report::of(exercise, comparison, candidate, None, machine);
        let missed = report.targets.iter().filter(|judged| judged.met == Some(false));
        let by: Vec<String> = match &report.difference {
            Some(_) => vec!["behaviour".to_owned()],
            None => missed.map(|judged| judged.name.clone()).collect(),
        };
        let text = comparison_text(exercise, &report, Terminal::PLAIN);
        let message = match report.verdict {
            Verdict::BehaviourChanged => text,
            // Without the table, which says the same of every version, and where the time goes.
            _ => text.lines().filter(|line| line.starts_with(['✗', '✓', '?'])).collect::<Vec<_>>().join("\n"),
        };
        let candidate = comparison.names[candidate.arm].clone();
        Self { candidate, by, exit: report.verdict.exit() as u8, message: message.trim_end().to_owned() }
    }

    /// Of one whose run could not be made or judged; refused where the reason is its own code.
    pub(super) fn without_result(candidate: &str, failure: Failure) -> Self {
        let by = if failure.exit == Exit::BehaviourChanged { vec!["behaviour".to_owned()] } else { Vec::new() };
        let exit = failure.exit as u8;
        Self { candidate: candidate.to_owned(), by, exit, message: failure.advised().to_string() }
    }

    /// The claim that it is refused. One that "cannot be told" is not. Where its author says why nothing is sure to refuse it yet,
    /// nothing is claimed but that, and what became of it is shown.
    pub(super) fn proof(&self, gap: Option<&str>) -> Proof {
        let refused = !self.by.is_empty();
        let by = if refused { self.by.join(", ") } else { "nothing".to_owned() };
        let (claim, holds) = match gap {
            None => ("is refused".to_owned(), refused),
            Some(gap) => (format!("may get through: {gap}"), true),
        };
        Proof { about: self.candidate.clone(), claim, holds: Some(holds), found: format!("by {by}: {}", self.message) }
    }
}

#[cfg(test)]
mod tests {
    use super::Refusal;
    use crate::exercise::fixture::lamp;
    use crate::exit::Failure;
    use crate::machine::Machine;
    use crate::pipeline::{Candidate, Comparison, Counted, Difference};
    use crate::verdict::TargetOutcome;
    use std::collections::BTreeMap;

    fn judged(met: Option<bool>) -> TargetOutcome {
        let name = "db_queries_per_request".to_owned();
        TargetOutcome { name, limit: 2.0, value: Some(3.0), met, ..TargetOutcome::default() }
    }

    fn of(difference: Option<Difference>, met: Option<bool>) -> Refusal {
        let candidate = Candidate { arm: 1, difference, ratios: BTreeMap::new(), judged: vec![judged(met)], mde: None };
        let comparison = Comparison {
            names: vec!["flawed".to_owned(), "broken:dark".to_owned()],
            counted: vec![Counted::default(), Counted::default()],
            latency: None,
            candidates: vec![candidate.clone()],
            growth: vec![],
            placebo: None,
            remarks: vec![],
            seed: 1,
            compared: 0,
            seconds: 0.0,
        };
        Refusal::of(&lamp(""), &comparison, &candidate, &Machine::default())
    }

    #[test]
    fn an_answer_or_a_missed_target_refuses_and_the_message_is_the_learners() {
        let difference = Difference { case: "a dark room".into(), baseline: "light".into(), ..Difference::default() };
        let answered = of(Some(difference), Some(true));
        assert_eq!((answered.by.as_slice(), answered.exit), (["behaviour".to_owned()].as_slice(), 5));
        assert!(answered.message.contains("a dark room"), "{}", answered.message);
        assert_eq!(answered.proof(None).holds, Some(true));
        assert!(answered.proof(Some("nobody looks")).claim.contains("nobody looks"));

        let missed = of(None, Some(false));
        assert_eq!((missed.by.as_slice(), missed.exit), (["db_queries_per_request".to_owned()].as_slice(), 1));
        assert!(missed.message.starts_with('✗') && !missed.message.contains('│'), "{}", missed.message);
        assert_eq!(missed.proof(None).holds, Some(true));
    }

    #[test]
    fn a_pass_what_cannot_be_told_and_a_run_without_a_result_refuse_nothing() {
        for (refusal, exit) in [
            (of(None, Some(true)), 0),
            (of(None, None), 4),
            (Refusal::without_result("broken:dark", Failure::unfit("search does not serve")), 3),
        ] {
            let proof = refusal.proof(None);
            assert_eq!((refusal.exit, proof.holds, proof.about.as_str()), (exit, Some(false), "broken:dark"));
            assert!(proof.found.starts_with("by nothing"), "{}", proof.found);
        }
    }
}
