//! What follows from a key, a save or the end of a job: a state machine without any effect of its own.

use super::Key;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The exercise is passed.
    pub passed: bool,
    /// A prediction waits for its measurement.
    pub predicted: bool,
    /// `yours.rs` is as it was at first.
    pub untouched: bool,
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
    /// What was typed is the expected p95 ratio.
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
const ASK_RATIO: &str = "p95 after your change, divided by the p95 before it? For instance 0.65: ";

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
            'p' => self.ask(ASK_RATIO, Question::Predict { typed: String::new(), then_measure: false }),
            'r' if facts.untouched => vec![Do::Say("yours.rs is as it was at first")],
            'r' => self.ask(ASK_RESET, Question::Reset),
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
        list.extend(self.ask(ASK_RATIO, Question::Predict { typed: String::new(), then_measure: true }));
        list
    }

    fn ask(&mut self, text: &'static str, question: Question) -> Vec<Do> {
        self.question = Some(question);
        vec![Do::Ask(text)]
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
                // A ratio that is none is refused by the command, and then there is nothing to measure against.
                if then_measure && is_ratio(&typed) {
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
            Some(Question::Predict { typed, .. }) => vec![Do::Ask(ASK_RATIO), Do::Typed(typed.clone())],
        }
    }
}

fn is_ratio(typed: &str) -> bool {
    typed.parse::<f64>().is_ok_and(|ratio| ratio > 0.0 && ratio <= 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: Facts = Facts { passed: false, predicted: false, untouched: false };
    const PREDICTED: Facts = Facts { predicted: true, ..NEW };
    const SAVED: Event = Event::Saved { code: true };

    fn press(session: &mut Session, keys: &str, facts: Facts) -> Vec<Do> {
        let keys = keys.chars().map(|key| match key {
            '\n' => Key::Enter,
            '<' => Key::Backspace,
            '^' => Key::Escape,
            key => Key::Char(key),
        });
        keys.flat_map(|key| session.on(Event::Key(key), facts)).collect()
    }

    fn running(job: Job) -> Session {
        Session { job: Some(job), question: None }
    }

    #[test]
    fn a_save_checks_and_a_save_during_a_run_cancels_it_and_checks_again() {
        let mut session = Session::default();
        assert_eq!(session.on(SAVED, NEW), [Do::Start(Job::Check)]);
        assert_eq!(session.on(SAVED, NEW), [Do::Cancel("saved again"), Do::Start(Job::Check)]);
        session.on(Event::Finished, NEW);
        assert_eq!(session.job(), None);
        let list = running(Job::Measure).on(SAVED, NEW);
        assert!(
            matches!(list[..], [Do::Cancel(why), Do::Start(Job::Check)] if why.contains("measurement")),
            "{list:?}"
        );
    }

    #[test]
    fn saving_text_alone_disturbs_nothing() {
        let mut session = running(Job::Measure);
        assert!(matches!(session.on(Event::Saved { code: false }, NEW)[..], [Do::Say(_)]));
        assert_eq!(session.job(), Some(Job::Measure));
    }

    #[test]
    fn m_measures_what_was_predicted_and_asks_where_nothing_was() {
        let mut session = Session::default();
        assert_eq!(press(&mut session, "m", PREDICTED), [Do::Start(Job::Measure)]);
        let mut session = Session::default();
        assert!(matches!(press(&mut session, "m", NEW)[..], [Do::Say(_), Do::Ask(ASK_RATIO)]));
        let list = press(&mut session, "0.6\n", NEW);
        assert_eq!(
            list[list.len() - 3..],
            [Do::Answered, Do::Run(Line::Predict("0.6".into())), Do::Start(Job::Measure)]
        );
    }

    #[test]
    fn m_during_a_check_takes_its_place_and_m_during_a_measurement_does_nothing() {
        let mut session = running(Job::Check);
        assert!(matches!(press(&mut session, "m", PREDICTED)[..], [Do::Cancel(_), Do::Start(Job::Measure)]));
        assert!(matches!(press(&mut session, "m", PREDICTED)[..], [Do::Say(_)]));
        assert_eq!(session.job(), Some(Job::Measure));
    }

    #[test]
    fn an_untouched_file_is_neither_measured_nor_restored() {
        let untouched = Facts { untouched: true, ..PREDICTED };
        for key in ["m", "r"] {
            assert!(matches!(press(&mut Session::default(), key, untouched)[..], [Do::Say(_)]), "{key}");
        }
    }

    #[test]
    fn a_prediction_is_typed_corrected_and_dropped() {
        let mut session = Session::default();
        let list = press(&mut session, "pa0,7x5<2\n", NEW);
        assert_eq!(list.last(), Some(&Do::Run(Line::Predict("0.72".into()))));
        assert_eq!(press(&mut session, "p5^", NEW).last(), Some(&Do::Say("nothing was written down")));
        assert_eq!(press(&mut session, "p\n", NEW).last(), Some(&Do::Say("nothing was written down")));
        assert_eq!(press(&mut session, "h", NEW), [Do::Run(Line::Hint)], "keys are keys again");
    }

    #[test]
    fn a_ratio_that_is_none_is_refused_and_nothing_is_measured() {
        let list = press(&mut Session::default(), "m0\n", NEW);
        assert_eq!(list.last(), Some(&Do::Run(Line::Predict("0".into()))));
    }

    #[test]
    fn letters_that_answer_a_question_are_no_keys() {
        let mut session = Session::default();
        assert_eq!(press(&mut session, "rq", NEW), [Do::Ask(ASK_RESET)], "q is no answer");
        assert_eq!(press(&mut session, "y", NEW), [Do::Answered, Do::Run(Line::Reset)]);
        assert_eq!(press(&mut session, "rn", NEW)[1..], [Do::Answered, Do::Say("nothing was changed")]);
    }

    #[test]
    fn a_save_drops_a_question_and_a_result_asks_it_again() {
        let mut session = Session::default();
        press(&mut session, "r", NEW);
        assert_eq!(session.on(SAVED, NEW), [Do::Answered, Do::Start(Job::Check)]);
        press(&mut session, "p0.", NEW);
        assert_eq!(session.on(Event::Finished, NEW), [Do::Ask(ASK_RATIO), Do::Typed("0.".into())]);
    }

    #[test]
    fn n_goes_on_only_when_passed() {
        let passed = Facts { passed: true, ..NEW };
        assert!(matches!(press(&mut Session::default(), "n", NEW)[..], [Do::Say(_)]));
        assert_eq!(press(&mut Session::default(), "n", passed), [Do::Next]);
        assert!(matches!(press(&mut running(Job::Check), "n", passed)[..], [Do::Cancel(_), Do::Next]));
    }

    #[test]
    fn q_ends_whatever_runs_and_reading_keys_disturb_nothing() {
        assert_eq!(press(&mut Session::default(), "q", NEW), [Do::Quit]);
        assert!(matches!(press(&mut running(Job::Check), "q", NEW)[..], [Do::Cancel(_), Do::Quit]));
        let mut session = running(Job::Check);
        let expected = [Do::Run(Line::Hint), Do::Run(Line::Task), Do::Run(Line::List), Do::Keys];
        assert_eq!(press(&mut session, "htl?zß", NEW), expected);
        assert_eq!(session.job(), Some(Job::Check));
    }
}
