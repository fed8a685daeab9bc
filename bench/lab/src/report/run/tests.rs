//! Run files of other versions.

use super::Run;
use crate::verdict::Verdict;
use serde_json::Value;

#[test]
fn a_file_without_what_is_newer_and_with_what_nobody_knows_is_read() {
    let text = r#"{"exercise": "ch01-lamp", "verdict": "pass", "baseline": {"variant": "flawed", "latency_ms": {"p95": 4.0, "p99": null}},
        "candidate": {"variant": "yours"}, "ratio": {"p95": {"estimate": 0.5, "low": 0.4, "high": 0.6}}, "tomorrow": [1]}"#;
    let run: Run = serde_json::from_str(text).unwrap();
    assert_eq!((run.name(0), run.name(1)), ("flawed".to_owned(), "yours".to_owned()));
    assert_eq!(run.arms()[0].ms("p95"), Some(4.0));
    assert_eq!(run.arms()[0].ms("p99"), None);
    assert_eq!(run.ratio(1, "p95").unwrap().estimate, 0.5);
    assert_eq!(run.ratio(0, "p95"), None, "a baseline has no ratio to itself");
    assert_eq!(run.title(), "ch01-lamp");
}

#[test]
fn a_storys_ratios_belong_to_its_stages() {
    let text = r#"{"exercise": "ch01-tale", "verdict": "not_yet", "stages": [{"name": "as found"}, {"name": "fixed"}],
        "ratio": [{}, {"p95": {"estimate": 0.7, "low": 0.6, "high": 0.8}}]}"#;
    let run: Run = serde_json::from_str(text).unwrap();
    assert_eq!(run.ratio(1, "p95").unwrap().low, 0.6);
    assert_eq!((run.name(1).as_str(), run.verdict_words()), ("2 fixed", "not reproduced"));
}

/// What the older value holds is in the newer one too, under the same names.
fn holds(newer: &Value, older: &Value) -> Result<(), String> {
    match (newer, older) {
        (Value::Object(newer), Value::Object(older)) => older.iter().try_for_each(|(name, older)| {
            let newer = newer.get(name).ok_or(format!("/{name} is gone"))?;
            holds(newer, older).map_err(|why| format!("/{name}{why}"))
        }),
        (Value::Array(newer), Value::Array(older)) if newer.len() == older.len() => newer
            .iter()
            .zip(older)
            .enumerate()
            .try_for_each(|(place, (newer, older))| holds(newer, older).map_err(|why| format!("/{place}{why}"))),
        _ if newer == older => Ok(()),
        _ => Err(format!(": {older} became {newer}")),
    }
}

#[test]
fn files_that_an_older_bench_wrote_are_read_without_a_loss() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser/fixtures/runs");
    let mut stories = 0;
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let text = std::fs::read(&file).unwrap();
        let run: Run = serde_json::from_slice(&text).unwrap();
        let older: Value = serde_json::from_slice(&text).unwrap();
        let kept = holds(&serde_json::to_value(&run).unwrap(), &older);
        assert_eq!(kept, Ok(()), "{}", file.display());
        assert!(run.arms().len() > 1 && run.arms().iter().all(|arm| arm.ms("p95").is_some()), "{}", file.display());
        assert!(!run.page.arms.iter().any(|arm| arm.operations.is_empty() || arm.typical.is_none()));
        stories += usize::from(run.is_story());
    }
    assert_eq!(stories, 1);
}

#[test]
fn a_file_of_the_first_bench_had_no_page_and_a_newer_one_may_have_what_nobody_knows_yet() {
    let first = r#"{"exercise": "ch01-tale", "verdict": "pass", "stages": [{"name": "as found", "variant": "", "requests": 40}],
        "calibration": {"intended": {"db": 0.5}, "distance": {"postgres_ms": 2.0}, "model_ms": 3.0}}"#;
    let run: Run = serde_json::from_str(first).unwrap();
    let found = run.calibration().unwrap();
    assert_eq!((found.distance.postgres_ms, found.distance.redis_ms, found.model_ms), (2.0, 0.0, 3.0));
    assert_eq!((run.rounds(), run.placebo(), run.seconds(), run.title()), (None, None, 0.0, "ch01-tale"));
    assert!(run.page.arms.is_empty());
    let newer = r#"{"exercise": "ch01-lamp", "verdict": "perhaps", "suspects": [{"kind": "ghost", "colour": "white"}],
        "machine": {"cores": 4, "moons": 2}, "page": {"title": "A lamp", "arms": [{"name": "flawed", "light": 1}], "sound": true}}"#;
    let run: Run = serde_json::from_str(newer).unwrap();
    assert_eq!((run.verdict(), run.machine().cores, run.title()), (Verdict::Unfit, 4, "A lamp"));
    assert_eq!((run.suspects()[0].kind.as_str(), run.page.arms[0].name.as_str()), ("ghost", "flawed"));
}

#[test]
fn a_story_with_a_bad_figure_is_refused_and_not_shown_as_something_else() {
    let text = r#"{"exercise": "ch01-tale", "verdict": "pass", "stages": [{"requests": "many"}]}"#;
    let error = serde_json::from_str::<Run>(text).unwrap_err().to_string();
    assert!(error.contains("many"), "{error}");
}
