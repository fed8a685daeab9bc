//! `exercise.toml`, read strictly: a key nobody reads is an error, because somebody believed that it does something.

use super::{Case, Change, DrawSpec, Expiry, Load, Phase, Shape, StorySpec, phrase};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

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
    /// What it teaches, for instance "cache stampede". It gives the cause away: shown only when asked for.
    #[serde(default)]
    pub topics: Vec<String>,
    /// The load.
    pub load: Load,
    /// Round trips to the dependencies.
    #[serde(default)]
    pub distance: Distance,
    /// Further environment of the measured service and of what runs beside it for each arm, by the settings' own names.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// How the partners behave: bodies of `PUT /admin/partners/NAME`.
    #[serde(default)]
    pub partners: BTreeMap<String, serde_json::Value>,
    /// What is counted at two sizes.
    pub shape: Option<Shape>,
    /// What is cached and runs out.
    pub expiry: Option<Expiry>,
    /// Load under a declared condition, in this order, after the counts.
    #[serde(default)]
    pub phase: Vec<Phase>,
    /// What changes in mid-run, and by when every answer must show it.
    #[serde(default)]
    pub change: Vec<Change>,
    /// Declared model time of recommendations, milliseconds.
    #[serde(default)]
    pub recommendations_model_ms: f64,
    /// Requests whose answers must not change.
    #[serde(default)]
    pub behaviour: Vec<Case>,
    /// Cases that are drawn anew for each run and asked after those.
    #[serde(default)]
    pub draw: Vec<DrawSpec>,
    /// What a learner predicts, where it is not the p95 ratio.
    pub predict: Option<PredictSpec>,
    /// What has to be reached.
    #[serde(default)]
    pub target: Vec<Target>,
    /// Three hints, each nearer.
    #[serde(default)]
    pub hint: Vec<Hint>,
    /// Wrong fixes, and what they miss.
    #[serde(default)]
    pub trap: Vec<TrapSpec>,
    /// Implementations that are fast and answer wrongly. They prove that the bench refuses them; learners are not told of them.
    #[serde(default)]
    pub broken: Vec<BrokenSpec>,
    /// The service level it should hold.
    pub slo: Option<Slo>,
    /// Present where the exercise is a story over several seams.
    pub story: Option<StorySpec>,
    /// The folder; filled in by the reader.
    #[serde(skip)]
    pub folder: PathBuf,
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
    /// From the edge to the service behind it.
    pub origin_ms: f64,
}

impl Default for Distance {
    fn default() -> Self {
        Self::of_all(1.0)
    }
}

impl Distance {
    /// The same to everything.
    #[must_use]
    pub const fn of_all(ms: f64) -> Self {
        Self { postgres_ms: ms, redis_ms: ms, recommendations_ms: ms, partners_ms: ms, rabbitmq_ms: ms, origin_ms: ms }
    }
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
    /// What people call the number: "errors for customers who only browse, while payment hangs".
    pub says: Option<String>,
    /// Why this limit.
    #[serde(default)]
    pub why: String,
}

/// What `exercise.toml` says about predictions: `[predict]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PredictSpec {
    /// The number: a target's name, or that of any other number of a measurement.
    pub of: String,
    /// What people call it, where it is no target; else the target's own words.
    pub says: Option<String>,
}

impl Target {
    /// What people call its number.
    pub fn sentence(&self) -> String {
        self.says.clone().unwrap_or_else(|| phrase(&self.name))
    }
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
    /// The targets it must miss; `behaviour` where it answers differently.
    pub misses: Vec<String>,
    /// Why it tempts and why it fails.
    pub why: String,
}

/// An implementation that answers wrongly.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokenSpec {
    /// Its name, as in `broken:NAME`.
    pub name: String,
    /// What it answers wrongly, and why it is fast.
    pub why: String,
    /// Why nothing is sure to refuse it yet, where it is known to get through.
    pub gap: Option<String>,
}

/// The service level.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slo {
    /// p95 in milliseconds, with the distance on.
    pub p95_ms: f64,
}

/// The cargo target of an exercise's tests, and their folder below `tests/`.
pub fn tests_target(id: &str) -> String {
    id.replace('-', "_")
}

impl Exercise {
    /// The variant names a candidate may have.
    pub fn candidates(&self) -> Vec<String> {
        let traps = self.trap.iter().map(|trap| format!("trap:{}", trap.name));
        ["yours", "fixed"].map(str::to_owned).into_iter().chain(traps).collect()
    }

    /// The implementations that must be refused, as `VARIANTS` spells them.
    pub fn broken_candidates(&self) -> Vec<String> {
        self.broken.iter().map(|broken| format!("broken:{}", broken.name)).collect()
    }

    /// Is the learner's file still the flawed one?
    pub fn is_untouched(&self) -> bool {
        self.sources().is_some_and(|[yours, flawed]| {
            matches!((std::fs::read(yours), std::fs::read(flawed)), (Ok(yours), Ok(flawed)) if yours == flawed)
        })
    }

    /// The learner's file and the flawed one it started as; `None` for a story.
    pub fn sources(&self) -> Option<[PathBuf; 2]> {
        self.story.is_none().then(|| ["src/yours.rs", "src/flawed.rs"].map(|file| self.folder.join(file)))
    }
}
