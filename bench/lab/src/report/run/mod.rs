//! A run file: the object of `--json`, and under `page` what only the pages need. One type writes it and reads it again.
//!
//! Everything may be missing when it is read, and what is unknown is passed over: a file of another version must still be shown.

mod arm;
mod measured;
mod page_data;
mod read;
mod round;
mod seam;
mod story;

pub use arm::{ArmReport, LatencyMs};
pub use measured::Measured;
pub use page_data::{Chapter, Operation, PageArm, PageData, Query, Row, Slice, Waterfall};
pub use round::round;
pub use seam::{Report, Scored};
pub use story::StoryReport;

use serde::{Deserialize, Serialize};

/// The whole file.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Run {
    /// The result, as `--json` prints it.
    #[serde(flatten)]
    pub measured: Measured,
    /// What only the pages need.
    #[serde(default)]
    pub page: PageData,
}

#[cfg(test)]
mod tests {
    use super::Run;

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
}
