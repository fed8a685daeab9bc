//! What follows from a key, a save or the end of a job: a state machine without any effect of its own.

use super::Key;
use crate::exercise::Unit;

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Files were saved; `code` unless it was only text.
    Saved {
        /// Something that is built.
        code: bool,
    },
    /// A key was pressed.
    Key(Key),
    /// The job is over.
    Finished,
}

/// What the session cannot know by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The exercise is passed.
    pub passed: bool,
    /// A prediction waits for its measurement.
    pub predicted: bool,
    /// `yours.rs` is as it was at first.
    pub untouched: bool,
    /// What the number is counted in that is predicted.
    pub unit: Unit,
}

/// What takes a while. One at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Build, behaviour, counts.
    Check,
    /// Build and the whole pipeline.
    Measure,
}

/// A command of `cargo lab`, run at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The next hint.
    Hint,
    /// The exercise's text.
    Task,
    /// All exercises.
    List,
    /// `yours.rs` as it was at first.
    Reset,
    /// What was typed is what is expected of the exercise's number.
    Predict(String),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Do {
    /// Start a job.
    Start(Job),
    /// Give up the running job, and say why.
    Cancel(&'static str),
    /// Run a command.
    Run(Line),
    /// Go to the next exercise.
    Next,
    /// Show what the keys do.
    Keys,
    /// Say something.
    Say(&'static str),
    /// Ask; the answer is typed behind it.
    Ask(&'static str),
    /// Ask for the number that the exercise is about; the answer is typed behind it.
    AskPrediction,
    /// What was typed so far, behind the question.
    Typed(String),
    /// The question is answered or dropped: go on on a new line.
    Answered,
    /// End.
    Quit,
}

/// A question that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Question {
    Reset,
    Predict { typed: String, then_measure: bool },
}

/// Where the session is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    job: Option<Job>,
    question: Option<Question>,
}

const ASK_RESET: &str = "restore yours.rs as it was at first? Your work is kept. (y/n) ";

impl Session {
    /// What to do about `event`, in this order.
    pub fn on(&mut self, event: Event, facts: Facts) -> Vec<Do> {
        match event {
            Event::Finished => {
                self.job = None;
                self.asked_again()
            }
            Event::Saved { code: false } => vec![Do::Say("only text was saved; t shows it")],
            Event::Saved { code: true } => self.saved(),
            Event::Key(key) => match self.question.take() {
                Some(Question::Reset) => self.answered_reset(key),
                Some(Question::Predict { typed, then_measure }) => self.typed(typed, then_measure, key, facts),
                None => self.pressed(key, facts),
            },
        }
    }

    /// The job that runs.
    pub fn job(&self) -> Option<Job> {
        self.job
    }

    fn saved(&mut self) -> Vec<Do> {
        let mut list = Vec::new();
        if self.question.take().is_some() {
            list.push(Do::Answered);
        }
        let why = match self.job {
            Some(Job::Measure) => "saved: the measurement is given up, it was about another version",
            _ => "saved again",
        };
        list.extend(self.start(Job::Check, why));
        list
    }

    /// Starts a job, in place of the one that runs.
    fn start(&mut self, job: Job, why: &'static str) -> Vec<Do> {
        let running = self.job.replace(job).map(|_| Do::Cancel(why));
        running.into_iter().chain([Do::Start(job)]).collect()
    }

    fn pressed(&mut self, key: Key, facts: Facts) -> Vec<Do> {
        let Key::Char(letter) = key else { return Vec::new() };
        match letter.to_ascii_lowercase() {
            'q' => {
                let running = self.job.take().map(|_| Do::Cancel("stopping"));
                running.into_iter().chain([Do::Quit]).collect()
            }
            'm' => self.measure(facts),
            'p' => self.ask(Do::AskPrediction, Question::Predict { typed: String::new(), then_measure: false }),
            'r' if facts.untouched => vec![Do::Say("yours.rs is as it was at first")],
            'r' => self.ask(Do::Ask(ASK_RESET), Question::Reset),
            'n' if facts.passed => {
                let running = self.job.take().map(|_| Do::Cancel("going on"));
                running.into_iter().chain([Do::Next]).collect()
            }
            'n' => vec![Do::Say("not passed yet: m measures; `cargo lab start ID` goes to any other exercise")],
            'h' => vec![Do::Run(Line::Hint)],
            't' => vec![Do::Run(Line::Task)],
            'l' => vec![Do::Run(Line::List)],
            '?' => vec![Do::Keys],
            _ => Vec::new(),
        }
    }

    fn measure(&mut self, facts: Facts) -> Vec<Do> {
        if self.job == Some(Job::Measure) {
            return vec![Do::Say("it is being measured")];
        }
        if facts.untouched {
            return vec![Do::Say("yours.rs is as it was at first: nothing to measure. h gives a hint")];
        }
        if facts.predicted {
            return self.start(Job::Measure, "measuring instead: behaviour and counts are part of it");
        }
        let mut list = vec![Do::Say("first write down what you expect; the report will set it beside the result")];
        list.extend(self.ask(Do::AskPrediction, Question::Predict { typed: String::new(), then_measure: true }));
        list
    }

    fn ask(&mut self, ask: Do, question: Question) -> Vec<Do> {
        self.question = Some(question);
        vec![ask]
    }

    fn answered_reset(&mut self, key: Key) -> Vec<Do> {
        match key {
            Key::Char('y' | 'Y') => vec![Do::Answered, Do::Run(Line::Reset)],
            Key::Char('n' | 'N') | Key::Escape | Key::Enter => vec![Do::Answered, Do::Say("nothing was changed")],
            _ => {
                self.question = Some(Question::Reset);
                Vec::new()
            }
        }
    }

    fn typed(&mut self, mut typed: String, then_measure: bool, key: Key, facts: Facts) -> Vec<Do> {
        match key {
            Key::Escape => return vec![Do::Answered, Do::Say("nothing was written down")],
            Key::Enter if typed.is_empty() => return vec![Do::Answered, Do::Say("nothing was written down")],
            Key::Enter => {
                let mut list = vec![Do::Answered, Do::Run(Line::Predict(typed.clone()))];
                // A number that cannot be is refused by the command, and then there is nothing to measure against.
                if then_measure && typed.parse().is_ok_and(|value| facts.unit.can_be(value)) {
                    list.extend(self.measure(Facts { predicted: true, ..facts }));
                }
                return list;
            }
            Key::Backspace => {
                typed.pop();
            }
            Key::Char(digit) if digit.is_ascii_digit() && typed.len() < 8 => typed.push(digit),
            Key::Char('.' | ',') if !typed.contains('.') => typed.push('.'),
            Key::Char(_) => {}
        }
        self.question = Some(Question::Predict { typed: typed.clone(), then_measure });
        vec![Do::Typed(typed)]
    }

    /// A result was printed below the question: it is asked again.
    fn asked_again(&self) -> Vec<Do> {
        match &self.question {
            None => Vec::new(),
            Some(Question::Reset) => vec![Do::Ask(ASK_RESET)],
            Some(Question::Predict { typed, .. }) => vec![Do::AskPrediction, Do::Typed(typed.clone())],
        }
    }
}

#[cfg(test)]
mod tests;
