//! Solves the declared delays so that the first stage's time is divided as the story intends.
//!
//! Serialisation is work of the processor: no declared delay can stretch it, so it sets the scale. A probe without delays
//! tells its milliseconds; they are its intended share of the whole request; every other part is then stretched to its own
//! share by delays alone: Postgres by its distance, recommendations by distance and model time, the rest by Redis' distance.

use crate::exercise::Distance;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// The round trip to recommendations; what is missing to its share is declared model time.
const RECOMMENDATIONS_MS: f64 = 1.0;
/// Relays are precise to a few hundredths of a millisecond; nothing shorter is asked of them.
const SHORTEST_MS: f64 = 0.05;

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
    /// The model time found, milliseconds.
    pub model_ms: f64,
    /// The length of a request at the first stage that this should give, milliseconds.
    pub request_ms: f64,
    /// How much more of the first stage's time the later stages took, on average, than they should, before the database's
    /// share was moved for it; zero in older files, which did not look.
    pub too_long: f64,
    /// How far the share of the database that would bring both ratios together lies beyond its bounds: negative below them, zero
    /// within, and in older files.
    pub beyond: f64,
    /// A share that even a distance of nothing leaves too large, with its milliseconds.
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

/// What one traced slice says: milliseconds a request by part, and calls a request.
#[derive(Clone, Debug)]
pub struct Reading {
    /// `db`, `serialization`, `rpc`, `rest`.
    pub parts: BTreeMap<String, f64>,
    /// Database round trips a request.
    pub queries: f64,
    /// Redis round trips a request.
    pub cache_calls: f64,
}

impl Reading {
    /// Of what was counted.
    pub fn of(counted: &crate::pipeline::Counted) -> Self {
        let calls = |name: &str| counted.counts.get(name).copied().unwrap_or(0.0).max(1.0);
        Self {
            parts: parts(&counted.analysis.mean_ms_by_kind),
            queries: calls("db_queries_per_request"),
            cache_calls: calls("cache_calls_per_request"),
        }
    }

    fn part(&self, name: &str) -> f64 {
        self.parts.get(name).copied().unwrap_or(0.0)
    }
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

impl Calibration {
    /// The first solution, from a probe without delays.
    pub fn solve(intended: &BTreeMap<String, f64>, probe: &Reading) -> Self {
        let mut found = Self {
            intended: intended.clone(),
            probe_ms: probe.parts.clone(),
            distance: Distance { postgres_ms: 0.0, redis_ms: 0.0, recommendations_ms: 0.0, ..Distance::default() },
            model_ms: 0.0,
            request_ms: probe.part("serialization") / share(intended, "serialization"),
            too_long: 0.0,
            beyond: 0.0,
            too_large: Vec::new(),
        };
        let missing = |part: &str| share(intended, part) * found.request_ms - probe.part(part);
        let (db, rpc, rest) = (missing("db"), missing("rpc"), missing("rest"));
        for (part, missing) in [("db", db), ("rpc", rpc), ("rest", rest)] {
            if missing < 0.0 {
                found.too_large.push(format!("{part}: {:.1} ms without any delay", probe.part(part)));
            }
        }
        found.distance.postgres_ms = distance(db / probe.queries);
        found.distance.redis_ms = distance(rest / probe.cache_calls);
        found.distance.recommendations_ms = rpc.clamp(0.0, RECOMMENDATIONS_MS);
        found.model_ms = (rpc - RECOMMENDATIONS_MS).max(0.0);
        found
    }

    /// A better one, from a reading at the present one and under the load that will be measured: each distance moves by what
    /// is missing, divided by how much its part grew per millisecond of distance.
    pub fn correct(&mut self, reading: &Reading) {
        self.request_ms = reading.part("serialization") / share(&self.intended, "serialization");
        let missing = |part: &str| share(&self.intended, part) * self.request_ms - reading.part(part);
        let slope = |part: &str, now: f64, calls: f64| {
            let grown = (reading.part(part) - self.probe_ms.get(part).copied().unwrap_or(0.0)) / now;
            // A slope far from the number of calls is noise of a short reading.
            if grown.is_finite() { grown.clamp(0.7 * calls, 2.0 * calls) } else { calls }
        };
        let postgres = missing("db") / slope("db", self.distance.postgres_ms, reading.queries);
        let redis = missing("rest") / slope("rest", self.distance.redis_ms, reading.cache_calls);
        let rpc = missing("rpc");
        self.distance.postgres_ms = distance(self.distance.postgres_ms + postgres);
        self.distance.redis_ms = distance(self.distance.redis_ms + redis);
        self.distance.recommendations_ms = distance(self.distance.recommendations_ms + rpc);
    }

    /// Moves the database's intended share within `bounds` for later stages that take `too_long` (a share of the first stage's
    /// time; negative: too short), where the first fix saves `saved` of it. What a fix saves is database time, so it grows with
    /// the database's share. Serialisation keeps its share, because it sets the scale; the others make room in proportion.
    /// Another [`Self::correct`] then finds the distances.
    pub fn aim(&mut self, too_long: f64, saved: f64, bounds: [f64; 2]) {
        let now = share(&self.intended, "db");
        let asked = now + too_long * now / saved;
        let wanted = asked.clamp(bounds[0], bounds[1]);
        let others = 1.0 - now - share(&self.intended, "serialization");
        let scale = (others - (wanted - now)) / others;
        for (part, share) in &mut self.intended {
            match part.as_str() {
                "db" => *share = wanted,
                "serialization" => {}
                _ => *share *= scale,
            }
        }
        self.too_long = too_long;
        self.beyond = asked - wanted;
    }
}

fn share(shares: &BTreeMap<String, f64>, part: &str) -> f64 {
    shares.get(part).copied().unwrap_or(0.0).max(0.01)
}

fn distance(milliseconds: f64) -> f64 {
    if milliseconds < SHORTEST_MS { 0.0 } else { (milliseconds * 1e3).round() / 1e3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intended() -> BTreeMap<String, f64> {
        [("db", 0.44), ("serialization", 0.28), ("rpc", 0.17), ("rest", 0.11)].map(|(k, v)| (k.to_owned(), v)).into()
    }

    /// A machine as simple as the model: every part grows with its distance, the database a little more than it should.
    fn machine(distance: Distance, model_ms: f64, busy: f64) -> Reading {
        let parts = [
            ("db", 5.0 * busy + 22.5 * distance.postgres_ms),
            ("serialization", 13.5 * busy),
            ("rpc", 0.8 + distance.recommendations_ms + model_ms),
            ("rest", 1.5 * busy + 2.0 * distance.redis_ms),
        ];
        Reading { parts: parts.map(|(k, v)| (k.to_owned(), v)).into(), queries: 21.0, cache_calls: 2.0 }
    }

    #[test]
    fn two_corrections_bring_every_share_within_a_point() {
        let nothing = Distance { postgres_ms: 0.0, redis_ms: 0.0, recommendations_ms: 0.0, ..Distance::default() };
        let mut found = Calibration::solve(&intended(), &machine(nothing, 0.0, 1.0));
        for _ in 0..2 {
            found.correct(&machine(found.distance, found.model_ms, 1.15));
        }
        let reading = machine(found.distance, found.model_ms, 1.15);
        let total: f64 = reading.parts.values().sum();
        for (part, share) in intended() {
            let got = reading.parts[&part] / total;
            assert!((got - share).abs() < 0.01, "{part}: {got:.3} instead of {share}; {found:?}");
        }
        assert!(found.too_large.is_empty());
    }

    #[test]
    fn stages_that_take_too_long_give_the_database_more_within_its_bounds() {
        let probe = machine(Distance::of_all(0.0), 0.0, 1.0);
        let aimed = |too_long| {
            let mut found = Calibration::solve(&intended(), &probe);
            found.aim(too_long, 0.33, [0.42, 0.48]);
            assert!((found.intended.values().sum::<f64>() - 1.0).abs() < 1e-9, "{:?}", found.intended);
            assert_eq!(found.intended["serialization"], 0.28);
            found.intended
        };
        assert!((aimed(0.015)["db"] - 0.46).abs() < 1e-9);
        assert!((aimed(0.015)["rpc"] - 0.17 * 0.26 / 0.28).abs() < 1e-9);
        assert_eq!([aimed(0.2)["db"], aimed(-0.2)["db"]], [0.48, 0.42]);
        let mut found = Calibration::solve(&intended(), &probe);
        found.aim(0.2, 0.4, [0.42, 0.48]);
        assert!((found.beyond - (0.44 + 0.22 - 0.48)).abs() < 1e-9, "{}", found.beyond);
    }

    #[test]
    fn a_part_that_is_too_large_without_any_delay_is_named() {
        let mut probe = machine(Distance { postgres_ms: 0.0, ..Distance::default() }, 0.0, 1.0);
        probe.parts.insert("db".to_owned(), 60.0);
        let found = Calibration::solve(&intended(), &probe);
        assert_eq!(found.distance.postgres_ms, 0.0);
        assert_eq!(found.too_large, ["db: 60.0 ms without any delay"]);
    }

    #[test]
    fn whatever_has_no_part_of_its_own_is_the_rest() {
        let kinds = [("db", 1.0), ("cache", 2.0), ("own", 3.0), ("wait", 4.0)].map(|(k, v)| (k.to_owned(), v)).into();
        assert_eq!(parts(&kinds)["rest"], 9.0);
    }
}
