//! The texts people see, as snapshots.

use super::{ArmReport, LatencyMs, Report, Scored, comparison_text};
use crate::exercise::Exercise;
use crate::exit::Exit;
use crate::machine::Machine;
use crate::pipeline::{Difference, Judged, Verdict, verdict};
use crate::stats::Interval;
use crate::terminal::Terminal;
use std::collections::BTreeMap;

fn exercise() -> Exercise {
    toml::from_str(
        r#"
        id = "ch01-lamp"
        title = "A lamp"
        chapter = 1
        service = "search"
        needs = []
        symptom = "It is dark."
        minutes = 5
        reading = "Chapter 1"
        load = { rate_rps = 20, rounds = 2, slice_ms = 500, requests = [{ path = "/" }] }
        "#,
    )
    .unwrap()
}

fn arm(variant: &str, p95: f64, queries: f64) -> ArmReport {
    let latency =
        LatencyMs { p50: Some(p95 / 2.0), p95: Some(p95), p99: None, p999: None, max: p95 * 2.0, mean: p95 / 1.8 };
    ArmReport {
        name: None,
        variant: variant.to_owned(),
        requests: 600,
        errors: 0,
        rate_rps: 20.0,
        latency_ms: Some(latency),
        counts: [("db_queries_per_request", queries), ("response_bytes", 18_211.0)]
            .map(|(k, v)| (k.to_owned(), v))
            .into(),
        where_time_goes: None,
    }
}

fn judged(name: &str, limit: f64, value: f64, interval: Option<Interval>, met: Option<bool>) -> Judged {
    Judged { name: name.to_owned(), limit, at_least: false, tolerance: None, value: Some(value), interval, met }
}

fn report(queries: f64, ratio: Interval, targets: Vec<Judged>) -> Report {
    let shares = BTreeMap::from([("db".to_owned(), 0.75), ("own".to_owned(), 0.25)]);
    Report {
        exercise: "ch01-lamp".to_owned(),
        verdict: verdict(&targets),
        difference: None,
        baseline: Some(arm("flawed", 40.0, 21.0)),
        candidate: Some(arm("yours", 40.0 * ratio.estimate, queries)),
        ratio: BTreeMap::from([("p95".to_owned(), ratio)]),
        where_time_goes: BTreeMap::from([("baseline".to_owned(), shares.clone()), ("candidate".to_owned(), shares)]),
        suspects: Vec::new(),
        targets,
        prediction: Some(Scored { p95_ratio: 0.65, because: String::new(), error_points: Some(4.0) }),
        placebo: None,
        minimum_detectable_effect: Some(0.12),
        rounds: Some([8, 8]),
        remarks: vec!["1 of 8 rounds are void; why".to_owned()],
        machine: Machine {
            cpu: String::new(),
            cores: 2,
            memory_mib: 1,
            system: String::new(),
            load: 0.0,
            stack: BTreeMap::new(),
        },
        seconds: 40.0,
    }
}

#[test]
fn a_pass_is_told_with_its_numbers() {
    let ratio = Interval { estimate: 0.5, low: 0.45, high: 0.56 };
    let targets = vec![
        judged("db_queries_per_request", 2.0, 2.0, None, Some(true)),
        judged("p95_ratio", 0.75, 0.5, Some(ratio), Some(true)),
    ];
    insta::assert_snapshot!("pass", comparison_text(&exercise(), &report(2.0, ratio, targets), Terminal::PLAIN));
}

#[test]
fn what_cannot_be_told_says_how_long_a_run_would_tell() {
    let ratio = Interval { estimate: 0.70, low: 0.60, high: 0.82 };
    let targets = vec![judged("p95_ratio", 0.75, 0.70, Some(ratio), None)];
    let report = report(2.0, ratio, targets);
    assert_eq!(report.verdict.exit(), Exit::Inconclusive);
    insta::assert_snapshot!("inconclusive", comparison_text(&exercise(), &report, Terminal::PLAIN));
}

#[test]
fn another_answer_is_shown_and_nothing_else() {
    let ratio = Interval { estimate: 1.0, low: 1.0, high: 1.0 };
    let mut report = report(21.0, ratio, Vec::new());
    report.verdict = Verdict::BehaviourChanged;
    report.difference = Some(Difference {
        case: "a common word".to_owned(),
        request: "GET /v1/search?q=lamp".to_owned(),
        at: "/hits/3/related/1/id".to_owned(),
        baseline: "8".to_owned(),
        candidate: "nothing".to_owned(),
    });
    insta::assert_snapshot!("behaviour", comparison_text(&exercise(), &report, Terminal::PLAIN));
}

#[test]
fn the_json_object_has_the_names_that_others_rely_on() {
    let ratio = Interval { estimate: 0.5, low: 0.45, high: 0.56 };
    let targets = vec![judged("db_queries_per_request", 2.0, 2.0, None, Some(true))];
    insta::assert_json_snapshot!("json", report(2.0, ratio, targets));
}
