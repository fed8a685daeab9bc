//! What is asked of the service: the load, and the kinds of requests it is made of.

use super::reading::whole;
use super::{Allowance, Arrivals, DrawTerms, Reading, Values};
use load::{MAIN, Protocol, Reuse};
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
    /// Terms that are drawn anew for each run, beside those.
    #[serde(default)]
    pub draw_terms: Vec<DrawTerms>,
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
    /// Customers after those, as whom only the cases ask: what the load orders does not change what they see.
    #[serde(default)]
    pub case_customers: usize,
    /// After this long a request is given up, where latency is measured and in phases.
    #[serde(default = "timeout")]
    pub timeout_ms: u64,
    /// What requests are spoken in: "http1" or "http2" (without TLS, by prior knowledge). gRPC calls are always HTTP/2.
    pub protocol: Option<Protocol>,
    /// "kept" from request to request, or "per_request": each opens one, and the time it takes is part of the latency.
    #[serde(default)]
    pub connection: Reuse,
    /// Length of the slice from which everything is counted; by default what about a hundred requests take.
    pub traced_ms: Option<u64>,
    /// The seed of everything that is drawn and of every schedule: that of the run.
    #[serde(skip)]
    pub seed: u64,
}

impl Load {
    /// After which a request is given up.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
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
    /// A unary gRPC call: `path` is `/package.Service/Method`, `body` its message as JSON, `accept` and `contains` judge the
    /// HTTP status its own maps to and its answer as JSON.
    #[serde(default)]
    pub grpc: bool,
    /// A message for the broker: `path` is `/exchanges/NAME/KEY` or `/queues/NAME`, names without the arm's prefix.
    #[serde(default)]
    pub publish: bool,
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
    /// Which customers, the first and the last, counted from 1; all where nothing is said.
    pub customers: Option<[usize; 2]>,
    /// JSON pointers, `*` for every element: what clients read. The whole answer where nothing is said.
    #[serde(default = "whole")]
    pub reads: Vec<String>,
    /// Response headers that clients read, in lower case.
    #[serde(default)]
    pub reads_headers: Vec<String>,
    /// Values that may differ, each with its reason.
    #[serde(default)]
    pub volatile: Vec<Allowance>,
    /// Lists whose order may differ, each with its reason.
    #[serde(default)]
    pub unordered: Vec<Allowance>,
    /// Extras that may be null where whoever gives them did not answer in time, each with its reason.
    #[serde(default)]
    pub extras: Vec<Allowance>,
    /// What further places in path, body and headers are filled with, anew for each run.
    #[serde(default)]
    pub draws: BTreeMap<String, Values>,
    /// How many requests are drawn of it; they share its weight.
    #[serde(default = "ten")]
    pub variants: usize,
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

    /// How its answers are compared.
    #[must_use]
    pub fn reading(&self) -> Reading<'_> {
        let Self { reads, reads_headers, volatile, unordered, extras, .. } = self;
        Reading { reads, headers: reads_headers, volatile, unordered, extras }
    }

    /// Whether it is made once for each customer.
    pub fn needs_customers(&self) -> bool {
        self.customer || self.names("{email}") || self.names("{password}")
    }
}

fn ten() -> usize {
    10
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
