//! The delays of a story and how they were found: part of its result, and of its run file.

use crate::exercise::Distance;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// How the delays were found; part of every story's result.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Calibration {
    /// The shares that were asked for: `db`, `serialization`, `rpc`, `rest`.
    pub intended: BTreeMap<String, f64>,
    /// Milliseconds of a request without any delay, one request at a time.
    pub probe_ms: BTreeMap<String, f64>,
    /// The distances found, round trips in milliseconds.
    #[serde(deserialize_with = "found")]
    pub distance: Distance,
    /// The declared model time, milliseconds.
    pub model_ms: f64,
    /// The length of a request at the first stage that this should give, milliseconds.
    pub request_ms: f64,
    /// Ratios and shares that this should give.
    pub expected: BTreeMap<String, f64>,
    /// Arrivals per second at which requests of the first stage do not overlap.
    pub rate_rps: f64,
    /// What cannot be reached here even at the best delays, with its figure.
    pub too_large: Vec<String>,
}

/// Distances as a file of any version has them: what it does not name was not found, and what only it knows is passed over.
fn found<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Distance, D::Error> {
    let named = BTreeMap::<String, f64>::deserialize(deserializer)?;
    let ms = |name: &str| named.get(name).copied().unwrap_or_default();
    Ok(Distance {
        postgres_ms: ms("postgres_ms"),
        redis_ms: ms("redis_ms"),
        recommendations_ms: ms("recommendations_ms"),
        partners_ms: ms("partners_ms"),
        rabbitmq_ms: ms("rabbitmq_ms"),
        origin_ms: ms("origin_ms"),
    })
}

/// The kinds as the chapter counts them: three by name, and all others as the rest.
pub fn parts(kinds: &BTreeMap<String, f64>) -> BTreeMap<String, f64> {
    let mut parts = BTreeMap::from(["db", "serialization", "rpc", "rest"].map(|name| (name.to_owned(), 0.0)));
    for (kind, value) in kinds {
        let part = if parts.contains_key(kind) { kind } else { "rest" };
        *parts.entry(part.to_owned()).or_default() += value;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn whatever_has_no_part_of_its_own_is_the_rest() {
        let kinds = [("db", 1.0), ("cache", 2.0), ("own", 3.0), ("wait", 4.0)].map(|(k, v)| (k.to_owned(), v)).into();
        assert_eq!(parts(&kinds)["rest"], 9.0);
    }
}
