//! What the pages ask of a run, whether it is of a seam or of a story.

use super::{ArmReport, Measured, Report, Run};
use crate::delays::Calibration;
use crate::machine::Machine;
use crate::pipeline::Difference;
use crate::verdict::{TargetOutcome, Verdict, is_timed};
use stats::Interval;
use trace::Suspect;

/// The field of this name, which both results have.
macro_rules! both {
    ($run:ident.$field:ident) => {
        match &$run.measured {
            Measured::Seam(report) => &report.$field,
            Measured::Story(report) => &report.$field,
        }
    };
}

impl Run {
    /// The exercise's id.
    pub fn exercise(&self) -> &str {
        both!(self.exercise)
    }

    /// The same run under the id that its exercise has today.
    #[must_use]
    pub fn with_todays_id(mut self) -> Self {
        let id = match &mut self.measured {
            Measured::Seam(report) => &mut report.exercise,
            Measured::Story(report) => &mut report.exercise,
        };
        if let Some(new) = variant::renamed_to(id) {
            *id = new.to_owned();
        }
        self
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        *both!(self.verdict)
    }

    /// The targets.
    pub fn targets(&self) -> &[TargetOutcome] {
        both!(self.targets)
    }

    /// Suspicious calls.
    pub fn suspects(&self) -> &[Suspect] {
        both!(self.suspects)
    }

    /// The baseline against itself.
    pub fn placebo(&self) -> Option<Interval> {
        *both!(self.placebo)
    }

    /// What a reader should know.
    pub fn remarks(&self) -> &[String] {
        both!(self.remarks)
    }

    /// The machine.
    pub fn machine(&self) -> &Machine {
        both!(self.machine)
    }

    /// How long the run took.
    pub fn seconds(&self) -> f64 {
        *both!(self.seconds)
    }

    /// Rounds planned and kept.
    pub fn rounds(&self) -> Option<[usize; 2]> {
        match &self.measured {
            Measured::Seam(report) => report.rounds,
            Measured::Story(report) => Some(report.rounds).filter(|rounds| *rounds != [0, 0]),
        }
    }

    /// The result of a seam, which has what a story has not: a prediction, a difference, a smallest change.
    pub fn seam(&self) -> Option<&Report> {
        match &self.measured {
            Measured::Seam(report) => Some(report.as_ref()),
            Measured::Story(_) => None,
        }
    }

    /// The first answer that differed.
    pub fn difference(&self) -> Option<&Difference> {
        self.seam()?.difference.as_ref()
    }

    /// How a story's delays were found.
    pub fn calibration(&self) -> Option<&Calibration> {
        match &self.measured {
            Measured::Seam(_) => None,
            Measured::Story(report) => Some(&report.calibration).filter(|found| !found.intended.is_empty()),
        }
    }

    /// Whether a target is about a phase, and none about the latency of the quiet hour.
    pub fn is_about_phases(&self) -> bool {
        let targets = self.targets();
        targets.iter().any(|one| one.name.contains('.')) && !targets.iter().any(|one| is_timed(&one.name))
    }

    /// Whether it is a story.
    pub fn is_story(&self) -> bool {
        matches!(self.measured, Measured::Story(_))
    }

    /// The arms: baseline and candidate, or the stages.
    pub fn arms(&self) -> Vec<&ArmReport> {
        match &self.measured {
            Measured::Seam(report) => report.baseline.iter().chain(&report.candidate).collect(),
            Measured::Story(report) => report.stages.iter().collect(),
        }
    }

    /// What to call an arm.
    pub fn name(&self, place: usize) -> String {
        let arms = self.arms();
        let Some(arm) = arms.get(place) else { return String::new() };
        match &arm.name {
            Some(stage) => format!("{} {stage}", place + 1),
            None => arm.variant.clone(),
        }
    }

    /// A latency ratio of an arm to the first one; none for the first.
    pub fn ratio(&self, place: usize, name: &str) -> Option<Interval> {
        match (&self.measured, place) {
            (_, 0) => None,
            (Measured::Seam(report), 1) => report.ratio.get(name).copied(),
            (Measured::Seam(_), _) => None,
            (Measured::Story(report), place) => report.ratio.get(place)?.get(name).copied(),
        }
    }

    /// The title, or the id where the file has none.
    pub fn title(&self) -> &str {
        if self.page.title.is_empty() { self.exercise() } else { &self.page.title }
    }

    /// The verdict as people say it.
    pub fn verdict_words(&self) -> &'static str {
        match (self.verdict(), self.is_story()) {
            (Verdict::Pass, true) => "reproduced",
            (Verdict::NotYet, false) => "not yet",
            (Verdict::NotYet, true) => "not reproduced",
            (Verdict::BehaviourChanged, _) => "behaviour changed",
            (other, _) => other.word(),
        }
    }
}
