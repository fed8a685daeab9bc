//! Where a learner is in the loop (observe, predict, change, check, measure, report, next), and what to type then.

use super::Progress;
use crate::exercise::Subject;

/// The step that comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A story was not measured yet.
    Watch,
    /// The symptom was not looked at yet.
    Observe,
    /// Nothing is predicted.
    Predict,
    /// `yours.rs` is still the flawed version.
    Change,
    /// This version was not checked.
    Check,
    /// This version answers differently.
    Mend,
    /// This version misses a target.
    Improve,
    /// Counts are fine; time it.
    Measure,
    /// The measurement could not tell.
    Again,
    /// Passed.
    Next,
}

/// All that the next step depends on.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The exercise.
    pub id: &'a str,
    /// It is a story.
    pub story: bool,
    /// `yours.rs` differs from `flawed.rs`.
    pub touched: bool,
    /// The version of `yours.rs`.
    pub version: Option<&'a str>,
    /// What is remembered.
    pub progress: &'a Progress,
    /// What is predicted.
    pub subject: &'a Subject,
    /// How many hints there are.
    pub hints: usize,
    /// The exercise after this one that is not passed.
    pub next: Option<&'a str>,
}

/// A command and why one would type it.
pub type Advice = (String, String);

impl Place<'_> {
    /// The next step.
    pub fn step(&self) -> Step {
        let progress = self.progress;
        if self.story {
            return if progress.passed.is_some() { Step::Next } else { Step::Watch };
        }
        let of_this = |outcome: &Option<super::Outcome>| {
            outcome.as_ref().filter(|one| Some(one.version.as_str()) == self.version).map(|one| one.verdict.clone())
        };
        if !self.touched {
            return match progress {
                Progress { passed: Some(_), .. } => Step::Next,
                Progress { prediction: Some(_), .. } => Step::Change,
                Progress { observed: None, .. } => Step::Observe,
                _ => Step::Predict,
            };
        }
        match (of_this(&progress.measured).as_deref(), of_this(&progress.checked).as_deref()) {
            (Some("pass"), _) => Step::Next,
            (Some("not_yet"), _) => Step::Improve,
            (Some("inconclusive"), _) => Step::Again,
            (Some("behaviour_changed"), _) | (_, Some("behaviour_changed")) => Step::Mend,
            (_, Some("not_yet")) => Step::Improve,
            _ if progress.prediction.is_none() => Step::Predict,
            (_, Some(_)) => Step::Measure,
            (_, None) => Step::Check,
        }
    }

    /// What to type, the most useful first.
    pub fn advice(&self) -> Vec<Advice> {
        let id = self.id;
        let say = |command: &str, why: &str| (command.to_owned(), why.to_owned());
        let file = format!("exercises/{id}/src/yours.rs");
        let subject = self.subject;
        let predict = || say(&format!("cargo lab predict {} --because \"…\"", subject.option()), &subject.asks());
        let check = || say("cargo lab check", "same answers? which counts? (seconds)");
        match self.step() {
            Step::Watch => vec![
                say("cargo lab task", "what the chapter tells"),
                say("cargo lab measure", "the whole story, measured here (about 90 s)"),
            ],
            Step::Observe => vec![
                say("cargo lab task", "what was noticed"),
                say("cargo lab observe", "where the time goes (about 25 s)"),
            ],
            Step::Predict => vec![predict()],
            Step::Change => vec![
                say(&format!("$EDITOR {file}"), "the one file to change"),
                say("cargo lab watch", "checks at every save"),
                check(),
            ],
            Step::Check => vec![check()],
            Step::Mend => vec![
                say(&format!("$EDITOR {file}"), "clients must get the answers they got before"),
                check(),
                say("cargo lab reset", "begin with the file as it was; your work is kept"),
            ],
            Step::Improve => vec![self.help(), say(&format!("$EDITOR {file}"), "change it again"), check()],
            Step::Measure => vec![say("cargo lab measure", "the verdict, with latency")],
            Step::Again => vec![
                say("cargo lab doctor", "is the machine quiet?"),
                say("cargo lab measure", "once more: the noise was larger than the effect"),
            ],
            Step::Next => {
                let mut all = vec![say("cargo lab report", "the run as one page")];
                if !self.story {
                    all.push(say("cargo lab solution --diff", "compare with the reference fix"));
                }
                all.push(match self.next {
                    Some(next) => say("cargo lab start next", next),
                    None => say("cargo lab progress", "every exercise is passed"),
                });
                all
            }
        }
    }

    fn help(&self) -> Advice {
        let seen = self.progress.hints;
        if seen < self.hints {
            ("cargo lab hint".to_owned(), format!("hint {} of {}", seen + 1, self.hints))
        } else {
            ("cargo lab solution --diff --reveal".to_owned(), "the reference fix; looking is recorded".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::fixture::lamp;
    use crate::state::{Outcome, Prediction};

    fn step(touched: bool, progress: &Progress) -> Step {
        let subject = lamp("").subject();
        let place = Place {
            id: "ch01-lamp",
            story: false,
            touched,
            version: Some("v"),
            progress,
            subject: &subject,
            hints: 3,
            next: None,
        };
        place.step()
    }

    fn outcome(version: &str, verdict: &str) -> Option<Outcome> {
        Some(Outcome { version: version.to_owned(), verdict: verdict.to_owned(), ..Outcome::default() })
    }

    #[test]
    fn the_loop_is_walked_from_observe_to_next() {
        let mut progress = Progress::default();
        assert_eq!(step(false, &progress), Step::Observe);
        progress.observed = Some("1".to_owned());
        assert_eq!(step(false, &progress), Step::Predict);
        progress.prediction = Some(Prediction::default());
        assert_eq!(step(false, &progress), Step::Change);
        assert_eq!(step(true, &progress), Step::Check);
        progress.checked = outcome("v", "behaviour_changed");
        assert_eq!(step(true, &progress), Step::Mend);
        progress.checked = outcome("v", "not_yet");
        assert_eq!(step(true, &progress), Step::Improve);
        progress.checked = outcome("v", "pass");
        assert_eq!(step(true, &progress), Step::Measure);
        progress.prediction = None;
        assert_eq!(step(true, &progress), Step::Predict);
        progress.measured = outcome("v", "inconclusive");
        assert_eq!(step(true, &progress), Step::Again);
        progress.measured = outcome("v", "pass");
        assert_eq!(step(true, &progress), Step::Next);
    }

    #[test]
    fn a_result_of_another_version_says_nothing_about_this_one() {
        let progress = Progress {
            prediction: Some(Prediction::default()),
            checked: outcome("older", "pass"),
            measured: outcome("older", "pass"),
            ..Progress::default()
        };
        assert_eq!(step(true, &progress), Step::Check);
    }

    #[test]
    fn when_all_hints_are_seen_the_solution_is_offered() {
        let progress = Progress { hints: 3, measured: outcome("v", "not_yet"), ..Progress::default() };
        let subject = lamp("").subject();
        let place = Place {
            subject: &subject,
            id: "ch01-lamp",
            story: false,
            touched: true,
            version: Some("v"),
            progress: &progress,
            hints: 3,
            next: None,
        };
        assert!(place.advice()[0].0.contains("solution --diff --reveal"));
    }
}
