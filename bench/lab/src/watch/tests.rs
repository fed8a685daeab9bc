//! What `watch` says, as snapshots.

use super::session::{Facts, Job};
use super::stopwatch::Phase;
use super::{CheckResult, Screen};
use crate::exercise::{Exercise, Unit, fixture::lamp};
use crate::exit::Failure;
use crate::machine::Machine;
use crate::pipeline::Difference;
use crate::report::{ArmReport, Report};
use crate::terminal::Terminal;
use crate::verdict::{TargetOutcome, Verdict, verdict};
use std::collections::BTreeMap;
use std::path::PathBuf;
use trace::Suspect;

const SCREEN: Screen = Screen { terminal: Terminal::PLAIN, keys: true };
const NEW: Facts = Facts { passed: false, predicted: false, untouched: false, unit: Unit::Ratio };

fn exercise() -> Exercise {
    lamp(r#"target = [{ name = "db_queries_per_request", max = 2.0 }, { name = "p95_ratio", max = 0.75 }]"#)
}

fn arm(variant: &str, queries: f64, calls: f64) -> ArmReport {
    let counts = [("db_queries_per_request", queries), ("response_bytes", 18_211.0), ("rpc_calls_per_request", calls)];
    ArmReport {
        outside: BTreeMap::new(),
        name: None,
        variant: variant.to_owned(),
        requests: 40,
        errors: 0,
        rate_rps: 0.0,
        latency_ms: None,
        counts: counts.map(|(name, value)| (name.to_owned(), value)).into(),
        where_time_goes: None,
        suspects: Vec::new(),
    }
}

fn report(queries: f64, calls: f64) -> Report {
    let shares = BTreeMap::from([("db".to_owned(), 0.75), ("own".to_owned(), 0.25)]);
    let targets = vec![TargetOutcome {
        name: "db_queries_per_request".to_owned(),
        limit: 2.0,
        value: Some(queries),
        met: Some(queries <= 2.0),
        ..TargetOutcome::default()
    }];
    Report {
        exercise: "ch01-lamp".to_owned(),
        verdict: verdict(&targets),
        difference: None,
        baseline: Some(arm("flawed", 21.0, 1.0)),
        candidate: Some(arm("yours", queries, calls)),
        ratio: BTreeMap::new(),
        where_time_goes: BTreeMap::from([("candidate".to_owned(), shares)]),
        suspects: vec![Suspect {
            kind: "repeated_query".to_owned(),
            statement: "select name from lamps where id = $1".to_owned(),
            per_request: 11.0,
            share: 0.6,
            at: Some("exercises/ch01-lamp/src/yours.rs:42".to_owned()),
            evidence: "11 a request, 60 % of the time".to_owned(),
        }],
        targets,
        not_judged: Vec::new(),
        traced: None,
        prediction: None,
        placebo: None,
        minimum_detectable_effect: None,
        rounds: None,
        seed: 0,
        answers_compared: 0,
        remarks: Vec::new(),
        machine: Machine {
            cpu: String::new(),
            cores: 2,
            memory_mib: 1,
            system: String::new(),
            load: 0.0,
            stack: BTreeMap::new(),
        },
        seconds: 6.0,
    }
}

fn seen(report: Report) -> CheckResult {
    let phases = [("noticed", 0.12), ("build", 2.41), ("start", 0.38), ("behaviour", 0.21), ("counts", 2.9)];
    CheckResult {
        report,
        untold: vec!["p95_ratio".to_owned()],
        cases: 9,
        requests: 40,
        untouched: false,
        phases: phases.map(|(name, seconds)| Phase { name, seconds }).into(),
        seconds: 6.02,
    }
}

#[test]
fn the_first_screen_says_what_is_watched_and_what_a_save_does() {
    insta::assert_snapshot!("welcome", SCREEN.welcome(&exercise(), false) + &SCREEN.keys_help());
}

#[test]
fn a_job_says_what_it_is_about() {
    let files = ["exercise.toml", "src/yours.rs"].map(PathBuf::from);
    let heads =
        [SCREEN.begins(1, Job::Check, &[]), SCREEN.begins(2, Job::Check, &files), SCREEN.begins(3, Job::Measure, &[])];
    insta::assert_snapshot!("begins", heads.concat());
}

#[test]
fn a_version_that_is_better_but_not_there_yet_is_set_beside_the_first_and_the_last() {
    let earlier = report(14.0, 1.0);
    insta::assert_snapshot!("not_yet", SCREEN.seen(&exercise(), &seen(report(11.0, 2.0)), Some(&earlier), NEW));
}

#[test]
fn counts_that_are_met_lead_to_the_prediction_and_then_to_the_measurement() {
    let unpredicted = SCREEN.seen(&exercise(), &seen(report(2.0, 1.0)), None, NEW);
    let predicted = SCREEN.seen(&exercise(), &seen(report(2.0, 1.0)), None, Facts { predicted: true, ..NEW });
    let passed = SCREEN.seen(&exercise(), &seen(report(2.0, 1.0)), None, Facts { passed: true, ..NEW });
    insta::assert_snapshot!("met", [unpredicted, predicted, passed].join("\n"));
}

#[test]
fn an_untouched_file_shows_the_numbers_to_beat() {
    let mut seen = seen(report(21.0, 1.0));
    seen.untouched = true;
    insta::assert_snapshot!("untouched", SCREEN.seen(&exercise(), &seen, None, Facts { untouched: true, ..NEW }));
}

#[test]
fn another_answer_is_shown_and_nothing_else() {
    let mut report = report(2.0, 1.0);
    report.verdict = Verdict::BehaviourChanged;
    report.difference = Some(Difference {
        case: "a common word".to_owned(),
        request: "GET /v1/search?q=lamp".to_owned(),
        at: "/hits/3/related/1/id".to_owned(),
        baseline: "8".to_owned(),
        candidate: "nothing".to_owned(),
    });
    insta::assert_snapshot!("behaviour", SCREEN.seen(&exercise(), &seen(report), None, NEW));
}

#[test]
fn what_does_not_build_is_told_with_its_place_and_what_to_do() {
    let error = Failure::unfit("exercises/ch01-lamp/src/yours.rs:12:5: expected `;`\n\nerror: expected `;`");
    let text = SCREEN.failed("build", &error, &exercise(), NEW);
    let other =
        SCREEN.failed("start", &Failure::unfit("search ended before it served").remedy("a log"), &exercise(), NEW);
    insta::assert_snapshot!("failed", [text, other].join("\n"));
}

#[test]
fn without_keys_the_commands_are_named() {
    let screen = Screen { keys: false, ..SCREEN };
    let not_yet = screen.seen(&exercise(), &seen(report(11.0, 1.0)), None, NEW);
    let met = screen.seen(&exercise(), &seen(report(2.0, 1.0)), None, NEW);
    let broken = screen.failed("build", &Failure::unfit("expected `;`"), &exercise(), NEW);
    insta::assert_snapshot!("no_keys", [not_yet, met, broken].join("\n"));
}

#[test]
fn the_object_of_a_save_is_that_of_check_and_says_where_the_time_went() {
    let object = seen(report(2.0, 1.0)).object();
    assert_eq!(object["verdict"], "pass");
    assert_eq!(object["phases"]["build"], 2.41);
    assert_eq!(object["untold"], serde_json::json!(["p95_ratio"]));
}
