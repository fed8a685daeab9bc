//! `exercise.toml`, read strictly: a key nobody reads is an error, because somebody believed that it does something.

use crate::load::{Mix, Schedule};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// One exercise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// The id, which is the folder's name and, for a seam, the name in `VARIANTS`.
    pub id: String,
    /// A title for people.
    pub title: String,
    /// The chapter of the book.
    pub chapter: u32,
    /// The service that is measured: its binary's name.
    pub service: String,
    /// What the service needs: servers of the stack and other services.
    pub needs: Vec<String>,
    /// What a user or a dashboard sees. Never the cause.
    pub symptom: String,
    /// How long it takes a reader, in minutes.
    pub minutes: u32,
    /// Where the book speaks about it.
    pub reading: String,
    /// The load.
    pub load: Load,
    /// Round trips to the dependencies.
    #[serde(default)]
    pub distance: Distance,
    /// Declared model time of recommendations, milliseconds.
    #[serde(default)]
    pub recommendations_model_ms: f64,
    /// Requests whose answers must not change.
    #[serde(default)]
    pub behaviour: Vec<Case>,
    /// What has to be reached.
    #[serde(default)]
    pub target: Vec<Target>,
    /// Three hints, each nearer.
    #[serde(default)]
    pub hint: Vec<Hint>,
    /// Wrong fixes, and what they miss.
    #[serde(default)]
    pub trap: Vec<TrapSpec>,
    /// The service level it should hold.
    pub slo: Option<Slo>,
    /// Present where the exercise is a story over several seams.
    pub story: Option<StorySpec>,
    /// The folder; filled in by the reader.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// The load of an exercise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Arrivals per second.
    pub rate_rps: f64,
    /// How they are spread.
    #[serde(default)]
    pub arrivals: Arrivals,
    /// The mix.
    pub requests: Vec<RequestTemplate>,
    /// What `{term}` stands for, the most frequent first.
    #[serde(default)]
    pub terms: Vec<String>,
    /// Exponent of the Zipf distribution over the terms; 0 is uniform.
    #[serde(default = "one")]
    pub zipf: f64,
    /// Interleaved rounds; each drives every arm twice.
    pub rounds: usize,
    /// Length of a slice in milliseconds.
    pub slice_ms: u64,
}

/// How arrivals are spread over a slice; made beforehand either way, and never waiting for an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arrivals {
    /// As independent users arrive: some at once, some alone. Queues form, as in production.
    #[default]
    Poisson,
    /// Evenly: requests do not overlap while they are shorter than the gap, so that latency is that of a request alone.
    Even,
}

impl Arrivals {
    /// The instants of one slice.
    #[must_use]
    pub fn schedule(self, rate_rps: f64, length: Duration, mix: &Mix, seed: u64) -> Schedule {
        match self {
            Self::Poisson => Schedule::poisson(rate_rps, length, mix, seed),
            Self::Even => Schedule::constant(rate_rps, length, mix, seed),
        }
    }
}

/// One kind of request of the mix.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestTemplate {
    /// How often, relative to the others.
    #[serde(default = "one")]
    pub weight: f64,
    /// The method.
    #[serde(default = "get")]
    pub method: String,
    /// The path with its query; `{term}` is replaced.
    pub path: String,
    /// A body, sent as JSON.
    pub body: Option<String>,
}

/// Round trips in milliseconds.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Distance {
    /// To Postgres.
    pub postgres_ms: f64,
    /// To Redis.
    pub redis_ms: f64,
    /// To recommendations.
    pub recommendations_ms: f64,
    /// To the partners.
    pub partners_ms: f64,
    /// To RabbitMQ.
    pub rabbitmq_ms: f64,
}

impl Default for Distance {
    fn default() -> Self {
        Self { postgres_ms: 1.0, redis_ms: 1.0, recommendations_ms: 1.0, partners_ms: 1.0, rabbitmq_ms: 1.0 }
    }
}

/// A request and what its answer must keep.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// A sentence.
    pub name: String,
    /// The method.
    #[serde(default = "get")]
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// A body, sent as JSON.
    pub body: Option<String>,
    /// The status expected of every variant.
    #[serde(default = "ok")]
    pub status: u16,
    /// JSON pointers, `*` for every element: what clients read.
    #[serde(default)]
    pub reads: Vec<String>,
}

/// A number to reach. Names ending in `_ratio` compare candidate with baseline.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// `db_queries_per_request`, `response_bytes`, `p95_ratio`, ...
    pub name: String,
    /// The largest value that passes.
    pub max: Option<f64>,
    /// The smallest value that passes.
    pub min: Option<f64>,
    /// Why this limit.
    #[serde(default)]
    pub why: String,
}

/// One hint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// What it says.
    pub text: String,
}

/// A trap as the exercise declares it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrapSpec {
    /// Its name, as in `trap:NAME`.
    pub name: String,
    /// The targets it must miss.
    pub misses: Vec<String>,
    /// Why it tempts and why it fails.
    pub why: String,
}

/// The service level.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slo {
    /// p95 in milliseconds, with the distance on.
    pub p95_ms: f64,
}

/// A story: several settings measured in one run and set beside the chapter's figures.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorySpec {
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

impl Exercise {
    /// The variant names a candidate may have.
    pub fn candidates(&self) -> Vec<String> {
        let traps = self.trap.iter().map(|trap| format!("trap:{}", trap.name));
        ["yours", "fixed"].map(str::to_owned).into_iter().chain(traps).collect()
    }

    /// The learner's file and the flawed one it started as; `None` for a story.
    pub fn sources(&self) -> Option<[PathBuf; 2]> {
        self.story.is_none().then(|| ["src/yours.rs", "src/flawed.rs"].map(|file| self.folder.join(file)))
    }
}

fn one() -> f64 {
    1.0
}

fn get() -> String {
    "GET".to_owned()
}

fn ok() -> u16 {
    200
}
