//! How far a learner came with an exercise: in words, and as a filter.

use crate::state::Progress;

/// A status to filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not passed yet, however far it came.
    Open,
    /// Never touched.
    New,
    /// Started, observed or a hint seen, and nothing more.
    Begun,
    /// A prediction is written down.
    Predicted,
    /// Measured, not passed.
    Measured,
    /// The solution was looked at before passing.
    Revealed,
    /// Passed.
    Passed,
}

impl Status {
    /// All of them, in the order a learner meets them.
    pub const ALL: [Self; 7] =
        [Self::Open, Self::New, Self::Begun, Self::Predicted, Self::Measured, Self::Revealed, Self::Passed];

    /// The word on the command line and in the page's address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::New => "new",
            Self::Begun => "begun",
            Self::Predicted => "predicted",
            Self::Measured => "measured",
            Self::Revealed => "revealed",
            Self::Passed => "passed",
        }
    }

    /// Does an exercise with this progress have it? One that was revealed and passed later has both.
    pub fn fits(self, progress: &Progress) -> bool {
        match self {
            Self::Open => progress.passed.is_none(),
            Self::New => words(progress).is_empty(),
            Self::Revealed => progress.revealed,
            Self::Passed => progress.passed.is_some(),
            Self::Begun | Self::Predicted | Self::Measured => words(progress) == self.word(),
        }
    }
}

/// How far a learner came, in a word or two; empty for an exercise that was never touched.
pub fn words(progress: &Progress) -> &'static str {
    match progress {
        Progress { passed: Some(_), revealed: true, .. } => "passed, revealed",
        Progress { passed: Some(_), .. } => "passed",
        Progress { revealed: true, .. } => "revealed",
        Progress { measured: Some(_), .. } => "measured",
        Progress { prediction: Some(_), .. } => "predicted",
        one if one.is_new() => "",
        _ => "begun",
    }
}

#[cfg(test)]
mod tests {
    use super::{Status, words};
    use crate::state::{Prediction, Progress};

    fn fitting(progress: &Progress) -> Vec<&'static str> {
        Status::ALL.into_iter().filter(|status| status.fits(progress)).map(Status::word).collect()
    }

    #[test]
    fn every_progress_has_its_statuses() {
        let passed = Progress { passed: Some("2026-11-23T05:00:00Z".to_owned()), ..Progress::default() };
        let both = Progress { revealed: true, ..passed.clone() };
        assert_eq!(fitting(&Progress::default()), ["open", "new"]);
        assert_eq!(fitting(&Progress { hints: 1, ..Progress::default() }), ["open", "begun"]);
        let predicted = Progress { prediction: Some(Prediction::default()), ..Progress::default() };
        assert_eq!(fitting(&predicted), ["open", "predicted"]);
        assert_eq!(fitting(&passed), ["passed"]);
        assert_eq!(fitting(&both), ["revealed", "passed"]);
        assert_eq!(words(&both), "passed, revealed");
    }
}
