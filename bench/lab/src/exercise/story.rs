//! What `exercise.toml` says about a story: its settings, the chapter's figures, and what counts as reproduced.

use serde::Deserialize;
use std::collections::BTreeMap;

/// A story: several settings measured in one run and set beside the chapter's figures.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorySpec {
    /// The seams that its id stands for in `VARIANTS`, in the order in which the chapter fixes them.
    #[serde(default)]
    pub seams: Vec<String>,
    /// The settings, in the order of the chapter; the first is the one it was found in.
    pub stages: Vec<Stage>,
    /// What counts as reproduced.
    pub tolerance: Tolerance,
    /// Shares of a request's time at the first stage which the delays are solved for.
    pub intended: BTreeMap<String, f64>,
}

/// One setting, and what the chapter says about it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// A short name.
    pub name: String,
    /// The `VARIANTS` of the measured service.
    pub variants: String,
    /// The chapter's p95, milliseconds.
    pub p95_ms: f64,
    /// The chapter's shares of time, where it gives them.
    #[serde(default)]
    pub shares: BTreeMap<String, Share>,
    /// The chapter's queries per request: at least and at most.
    pub db_queries: [f64; 2],
}

/// A share the chapter gives. Plain numbers from 0 to 1.
pub type Share = f64;

/// What counts as reproduced.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// Of a p95 ratio to the first stage.
    pub ratio: f64,
    /// Of a share at the first stage, 0 to 1.
    pub share: f64,
}
