//! The result of a run: of a seam or of a story.

use super::{Report, StoryReport};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// What was measured.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Measured {
    /// Flawed against a candidate.
    Seam(Box<Report>),
    /// All stages of a story.
    Story(Box<StoryReport>),
}

impl<'de> Deserialize<'de> for Measured {
    /// A story is what has stages. (serde's own choice by trial would take a story with one bad figure for an empty seam.)
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let read = match value.get("stages") {
            Some(_) => StoryReport::deserialize(value).map(|one| Self::Story(Box::new(one))),
            None => Report::deserialize(value).map(|one| Self::Seam(Box::new(one))),
        };
        read.map_err(D::Error::custom)
    }
}
