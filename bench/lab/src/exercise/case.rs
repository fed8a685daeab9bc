//! A behaviour case: a request whose answer must not change.

use super::{Allowance, Reading};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A request and what its answer must keep.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// A sentence.
    pub name: String,
    /// A unary gRPC call, as in `[load]`: `status` is what its own maps to, `reads` walk its answer as JSON.
    #[serde(default)]
    pub grpc: bool,
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
    /// Asked with the token of a customer: `true` is the first, 2 the second.
    #[serde(default)]
    pub customer: Who,
    /// Wait so long before it: for what expires.
    #[serde(default)]
    pub after_ms: u64,
    /// The status expected of every variant.
    #[serde(default = "ok")]
    pub status: u16,
    /// JSON pointers, `*` for every element: what clients read.
    #[serde(default)]
    pub reads: Vec<String>,
    /// Response headers that clients read, in lower case. `if-none-match` asks once more as a client that has the answer, by its
    /// `etag`, and reads what comes: 304 without a body.
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
    /// Why it is not asked again after load, where it is not.
    pub once: Option<String>,
    /// It was drawn for this run.
    #[serde(skip)]
    pub is_drawn: bool,
    /// It may be asked beside its neighbours that say so too.
    #[serde(skip)]
    pub at_once: bool,
}

impl Case {
    /// How its answers are compared.
    #[must_use]
    pub fn reading(&self) -> Reading<'_> {
        let Self { reads, reads_headers, volatile, unordered, extras, .. } = self;
        Reading { reads, headers: reads_headers, volatile, unordered, extras }
    }
}

/// Whose token a behaviour case carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Who {
    /// `true` is the first customer, `false` nobody.
    Anyone(bool),
    /// Counted from 1.
    Nth(usize),
}

impl Default for Who {
    fn default() -> Self {
        Self::Anyone(false)
    }
}

impl Who {
    /// The customer's place, counted from 1; 0 is nobody.
    #[must_use]
    pub fn number(self) -> usize {
        match self {
            Self::Anyone(somebody) => usize::from(somebody),
            Self::Nth(number) => number,
        }
    }
}

fn get() -> String {
    "GET".to_owned()
}

fn ok() -> u16 {
    200
}
