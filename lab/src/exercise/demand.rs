//! What is asked of the service: the load, and the kinds of requests it is made of.

use crate::load::{MAIN, Mix, Schedule};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a request may take unless the exercise says otherwise.
const TIMEOUT_MS: u64 = 5_000;

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
    /// Customers of the catalogue who log in before the run.
    #[serde(default)]
    pub customers: usize,
    /// After this long a request is given up, where latency is measured and in phases.
    #[serde(default = "timeout")]
    pub timeout_ms: u64,
    /// Length of the slice from which everything is counted; by default what about a hundred requests take.
    pub traced_ms: Option<u64>,
}

impl Load {
    /// After which a request is given up.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
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

/// One kind of request of the mix. In path and body `{term}`, `{n}`, `{email}` and `{password}` are replaced.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestTemplate {
    /// The name of this kind; several templates may share one.
    #[serde(default = "main_tag")]
    pub tag: String,
    /// How often, relative to the others.
    #[serde(default = "one")]
    pub weight: f64,
    /// The method.
    #[serde(default = "get")]
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// A body, sent as JSON.
    pub body: Option<String>,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Asked by the customers in turn, with their tokens.
    #[serde(default)]
    pub customer: bool,
    /// Whether its latency counts; background load does not.
    #[serde(default = "yes")]
    pub timed: bool,
    /// The statuses that are right.
    #[serde(default = "ok")]
    pub accept: Vec<u16>,
    /// A text that a right answer holds, where the status does not tell: GraphQL reports errors with 200.
    pub contains: Option<String>,
}

impl RequestTemplate {
    /// Whether path or body hold this placeholder.
    pub fn names(&self, placeholder: &str) -> bool {
        self.path.contains(placeholder) || self.body.as_ref().is_some_and(|body| body.contains(placeholder))
    }

    /// Whether it is made once for each customer.
    pub fn needs_customers(&self) -> bool {
        self.customer || self.names("{email}") || self.names("{password}")
    }
}

fn one() -> f64 {
    1.0
}

fn timeout() -> u64 {
    TIMEOUT_MS
}

fn main_tag() -> String {
    MAIN.to_owned()
}

fn get() -> String {
    "GET".to_owned()
}

fn yes() -> bool {
    true
}

fn ok() -> Vec<u16> {
    vec![200]
}
