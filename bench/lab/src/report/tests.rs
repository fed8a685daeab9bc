//! The texts people see, as snapshots.

use super::{ArmReport, LatencyMs, NotJudged, Report, Scored, comparison_text};
use crate::exercise::fixture::lamp;
use crate::exit::Exit;
use crate::machine::Machine;
use crate::pipeline::Difference;
use crate::state::Expected;
use crate::terminal::Terminal;
use crate::verdict::{TargetOutcome, Verdict, verdict};
use stats::Interval;
use std::collections::BTreeMap;

fn arm(variant: &str, p95: f64, queries: f64) -> ArmReport {
    let latency = LatencyMs {
        p50: Some(p95 / 2.0),
        p95: Some(p95),
        p99: None,
        p999: None,
        max: Some(p95 * 2.0),
        mean: Some(p95 / 1.8),
    };
    ArmReport {
        outside: BTreeMap::new(),
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
        suspects: Vec::new(),
    }
}

fn judged(name: &str, limit: f64, value: f64, interval: Option<Interval>, met: Option<bool>) -> TargetOutcome {
    TargetOutcome { name: name.to_owned(), limit, value: Some(value), interval, met, ..TargetOutcome::default() }
}

fn report(queries: f64, ratio: Interval, targets: Vec<TargetOutcome>) -> Report {
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
        not_judged: Vec::new(),
        traced: Some([120, 120]),
        prediction: Some(Scored {
            expected: Expected::p95_ratio(0.65),
            measured: Some(ratio),
            error_points: Some(((0.65 - ratio.estimate).abs() * 100.0).round()),
            ..Scored::default()
        }),
        placebo: Some(Interval { estimate: 1.01, low: 0.97, high: 1.05 }),
        minimum_detectable_effect: Some(0.12),
        rounds: Some([8, 8]),
        seed: 0,
        answers_compared: 0,
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
    insta::assert_snapshot!("pass", comparison_text(&lamp(""), &report(2.0, ratio, targets), Terminal::PLAIN));
}

#[test]
fn what_cannot_be_told_says_how_long_a_run_would_tell() {
    let ratio = Interval { estimate: 0.70, low: 0.60, high: 0.82 };
    let targets = vec![judged("p95_ratio", 0.75, 0.70, Some(ratio), None)];
    let report = report(2.0, ratio, targets);
    assert_eq!(report.verdict.exit(), Exit::Inconclusive);
    insta::assert_snapshot!("inconclusive", comparison_text(&lamp(""), &report, Terminal::PLAIN));
}

#[test]
fn on_the_limit_no_length_would_tell_and_a_placebo_that_fails_is_told() {
    let ratio = Interval { estimate: 1.04, low: 0.98, high: 1.10 };
    let mut report = report(2.0, ratio, vec![judged("p95_ratio", 1.04, 1.04, Some(ratio), None)]);
    report.placebo = Some(Interval { estimate: 1.09, low: 1.02, high: 1.15 });
    insta::assert_snapshot!("on_the_limit", comparison_text(&lamp(""), &report, Terminal::PLAIN));
}

#[test]
fn a_check_says_which_targets_it_cannot_judge() {
    let mut report = report(
        2.0,
        Interval { estimate: 1.0, low: 1.0, high: 1.0 },
        vec![judged("db_queries_per_request", 2.0, 2.0, None, Some(true))],
    );
    (report.ratio, report.rounds, report.placebo, report.minimum_detectable_effect) = Default::default();
    report.not_judged = vec![NotJudged { name: "p95_ratio".to_owned(), says: "p95 latency of a lamp".to_owned() }];
    report.prediction = Some(Scored { expected: Expected::p95_ratio(0.65), ..Scored::default() });
    insta::assert_snapshot!("checked", comparison_text(&lamp(""), &report, Terminal::PLAIN));
    report.not_judged.push(report.not_judged[0].clone());
    report.targets.clear();
    let text = comparison_text(&lamp(""), &report, Terminal::PLAIN);
    assert!(text.contains("gives the same answers; only `cargo lab measure ch01-lamp`"), "{text}");
}

#[test]
fn what_was_never_done_and_what_is_about_a_phase_is_told_in_sentences() {
    let mut never = judged("loads_per_expiry", 2.0, 0.0, None, Some(false));
    (never.value, never.note) = (None, Some("nothing to count: the page was never loaded (flawed: 4)".to_owned()));
    let mut errors = judged("hang.browse.error_share", 0.0, 0.574, None, Some(false));
    errors.says = "errors for customers who only browse, while payment hangs".to_owned();
    let ratio = Interval { estimate: 1.0, low: 0.3, high: 3.0 };
    let mut report = report(2.0, ratio, vec![never, errors]);
    report.minimum_detectable_effect = Some(25.5);
    let baseline = report.baseline.as_mut().unwrap();
    baseline.counts.insert("hang.browse.error_share".to_owned(), 0.69);
    insta::assert_snapshot!("missed", comparison_text(&lamp(""), &report, Terminal::PLAIN));
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
    insta::assert_snapshot!("behaviour", comparison_text(&lamp(""), &report, Terminal::PLAIN));
}

#[test]
fn the_json_object_has_the_names_that_others_rely_on() {
    let ratio = Interval { estimate: 0.5, low: 0.45, high: 0.56 };
    let targets = vec![judged("db_queries_per_request", 2.0, 2.0, None, Some(true))];
    insta::assert_json_snapshot!("json", report(2.0, ratio, targets));
}

/// What is written under `page` is what the pages read: names that drift apart would leave a page without its charts.
#[test]
fn what_a_run_leaves_is_what_the_pages_read() {
    use crate::pipeline::{ArmLatency, Bin, Candidate, Comparison, Counted, Latency, PhaseTimeline, TimedSlice};
    use trace::{Analysis, Kind, Operation, QueryGroup, Row, Waterfall};
    let mut slice = load::histogram();
    (0..40_u64).for_each(|i| slice.saturating_record(5_000_000 + i * 100_000));
    let row = Row {
        offset_ms: 0.0,
        duration_ms: 4.0,
        depth: 0,
        kind: Kind::Db,
        label: "select".to_owned(),
        service: "search".to_owned(),
        critical: true,
        critical_ms: 4.0,
        critical_path: vec![[0.0, 4.0]],
        error: false,
        at: Some("a.rs:1".to_owned()),
    };
    let fall = Waterfall { trace_id: String::new(), total_ms: 5.0, rows: vec![row], omitted: 2 };
    let query = QueryGroup {
        statement: "select 1".to_owned(),
        name: "one".to_owned(),
        per_request: 21.0,
        rows: 4.0,
        mean_ms: 0.5,
        share: 0.8,
        at: None,
    };
    let analysis = Analysis {
        requests: 120,
        mean_ms: 5.0,
        mean_ms_by_kind: BTreeMap::from([("db".to_owned(), 4.0), ("own".to_owned(), 1.0)]),
        operations: vec![Operation { name: "one".to_owned(), kind: Kind::Db, mean_ms: 4.0, at: None }],
        typical: Some(fall.clone()),
        slow: Some(fall),
        queries: vec![query],
        ..Analysis::default()
    };
    let arm = ArmLatency { rounds: vec![[slice.clone(), slice.clone()]], requests: 80, ..ArmLatency::default() };
    let bin = |at_ms, errors| Bin { at_ms, offered: 10, errors, p50_ms: Some(2000.0), p90_ms: Some(2000.0) };
    let hang = PhaseTimeline {
        phase: "hang".to_owned(),
        bin_ms: 100,
        tags: [("browse".to_owned(), vec![bin(0, 1), bin(100, 7)])].into(),
    };
    let timed = |arm| TimedSlice { arm, t_s: 1.5, latency: slice.clone(), requests: 40, errors: 0, voided: false };
    let comparison = Comparison {
        names: vec!["flawed".to_owned(), "fixed".to_owned()],
        counted: vec![Counted { analysis, phases: vec![hang], ..Counted::default() }; 2],
        latency: Some(Latency { arms: vec![arm; 2], slices: vec![timed(0), timed(1)], ..Latency::default() }),
        candidates: vec![Candidate {
            arm: 1,
            difference: None,
            ratios: BTreeMap::new(),
            judged: Vec::new(),
            mde: None,
        }],
        growth: Vec::new(),
        placebo: None,
        remarks: Vec::new(),
        seed: 7,
        compared: 40,
        seconds: 1.0,
    };
    let ratio = Interval { estimate: 0.5, low: 0.45, high: 0.56 };
    let judged = vec![judged("db_queries_per_request", 2.0, 2.0, None, Some(true))];
    let exercise = lamp("");
    let page = super::of_comparison(std::path::Path::new("/"), &exercise, &comparison);
    let written = super::Run { measured: super::Measured::Seam(Box::new(report(2.0, ratio, judged))), page };
    let run: super::Run = serde_json::from_slice(&serde_json::to_vec(&written).unwrap()).unwrap();
    assert_eq!(serde_json::to_value(&run).unwrap(), serde_json::to_value(&written).unwrap(), "nothing is lost on disk");
    let one = &run.page.arms[1];
    assert_eq!((run.page.title.as_str(), one.name.as_str(), one.traced), ("A lamp", "fixed", 120));
    assert!(one.curve.iter().any(|point| point[0] == 50.0 && point[1] > 6.0), "{:?}", one.curve);
    assert_eq!((one.queries[0].per_request, one.operations[0].kind.as_str()), (21.0, "db"));
    assert_eq!(one.slow.as_ref().unwrap().rows[0].at.as_deref(), Some("a.rs:1"));
    assert_eq!((run.page.slices[1].arm.as_str(), run.page.slices[1].t_s), ("fixed", 1.5));
    assert!(run.page.slices[0].p50_ms.is_some(), "forty samples have a median");
    assert_eq!((run.page.phases[0].name.as_str(), run.page.phases[0].arms["fixed"]["browse"][1].errors), ("hang", 7));
    assert_eq!(run.page.reproduce, "cargo lab measure ch01-lamp --candidate fixed");
    assert_eq!(run.page.diff, None, "the reference fix is not shown by the way");
    let html = super::html(&run, None);
    for part in [
        "21.0 ×",
        "percentage points too high",
        "p95",
        "A typical and a slow request",
        "and 2 further spans",
        "data-chart=\"slices\"",
        "data-chart=\"phase-0-browse-errors\"",
        "70 %",
    ] {
        assert!(html.contains(part), "{part}");
    }
}

#[test]
fn a_report_asks_the_network_for_nothing() {
    let run = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser/fixtures/runs");
    for file in std::fs::read_dir(run).unwrap().map(|entry| entry.unwrap().path()) {
        let html = super::html(&super::files::read(&file).unwrap(), None);
        for reaching in ["src=\"", "href=\"http", "url(http", "@import", "<link"] {
            assert!(!html.contains(reaching), "{reaching} in the report of {}", file.display());
        }
        assert!(html.contains("default-src 'none'") && html.len() < 600_000, "{} bytes", html.len());
    }
}
