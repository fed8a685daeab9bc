//! The course of the tests: 52 planted exercises in 14 chapters, and a learner who is part of the way through.

use crate::exercise::Course;
use crate::state::State;
use serde_json::Value;

/// Number, names and lengths as a full course has them; none of these exercises exists.
const ROWS: &str = include_str!("../../tests/workshop/fifty.json");

/// The course.
pub fn course() -> Course {
    let rows: Vec<serde_json::Map<String, Value>> = serde_json::from_str(ROWS).unwrap();
    let load = serde_json::json!({"rate_rps": 20.0, "rounds": 2, "slice_ms": 500, "requests": [{"path": "/"}]});
    let exercise = |mut row: serde_json::Map<String, Value>| {
        row.extend([("reading".to_owned(), "A book".into()), ("load".to_owned(), load.clone())]);
        serde_json::from_value(Value::Object(row)).unwrap()
    };
    Course { root: std::path::PathBuf::new(), exercises: rows.into_iter().map(exercise).collect(), odd: Vec::new() }
}

/// The learner.
pub fn state() -> State {
    toml::from_str(include_str!("../../tests/workshop/fifty-state.toml")).unwrap()
}
