//! What a session does with keys, files and ends.

use super::*;

const NEW: Facts = Facts { passed: false, predicted: false, untouched: false, unit: Unit::Ratio };
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
    assert!(matches!(list[..], [Do::Cancel(why), Do::Start(Job::Check)] if why.contains("measurement")), "{list:?}");
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
    assert!(matches!(press(&mut session, "m", NEW)[..], [Do::Say(_), Do::AskPrediction]));
    let list = press(&mut session, "0.6\n", NEW);
    assert_eq!(list[list.len() - 3..], [Do::Answered, Do::Run(Line::Predict("0.6".into())), Do::Start(Job::Measure)]);
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
    let no_errors = press(&mut Session::default(), "m0\n", Facts { unit: Unit::Count, ..NEW });
    assert_eq!(no_errors.last(), Some(&Do::Start(Job::Measure)), "of errors, none can be expected");
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
    assert_eq!(session.on(Event::Finished, NEW), [Do::AskPrediction, Do::Typed("0.".into())]);
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
