//! What became of an implementation that must be refused.

use super::Proof;
use crate::exercise::Exercise;
use crate::exit::Failure;
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

    /// Of one whose run could not be made or judged.
    pub(super) fn without_result(candidate: &str, failure: Failure) -> Self {
        let exit = failure.exit as u8;
        Self { candidate: candidate.to_owned(), by: Vec::new(), exit, message: failure.advised().to_string() }
    }

    /// The claim that it is refused. One that "cannot be told" is not.
    pub(super) fn proof(&self) -> Proof {
        let by = if self.by.is_empty() { "nothing".to_owned() } else { self.by.join(", ") };
        Proof {
            about: self.candidate.clone(),
            claim: "is refused".to_owned(),
            holds: Some(!self.by.is_empty()),
            found: format!("by {by}: {}", self.message),
        }
    }
}
