//! Solves the declared delays so that the first stage's time is divided as the chapter says and both fixes can take away what
//! the chapter says they took.
//!
//! How the figures follow from the parts, in milliseconds: `n` hits, `D` the work of the database, `x` its distance, `S`
//! serialisation, `R` recommendations, `C` the rest, `b` what is outside the service (the client, the bytes on the wire).
//!
//! ```text
//! stage 1   T1 = D + n·(w + x) + x + S + R + C + b        w: the work of one small statement and its round trip
//! stage 2   T2 = D + w'        + 2·x + S + R + C + b      w': the one statement in their place
//! stage 3   T3 = D' + w'       + 2·x + s + R + C + b'     D', s, b': without texts; s is nearly nothing
//!
//! T1 − T2 = n·w − w' + (n − 1)·x        the first fix; the distance to Postgres sets it
//! T2 − T3 = S − s + (D − D') + (b − b') the second fix; all of it work, so it sets the scale
//! ```
//!
//! The chapter wants T1 − T2 = 0.30·T1, T2 − T3 = 0.25·T1 and S = 0.30·T1, and the last two cannot both be had: the second fix
//! takes away all of S and a little more (measured: S is 26 % of the mean where T2 − T3 is 29 % of the p95). Three delays are
//! free, the chapter has five figures that do not follow from each other, so the solver takes the delays at which the worst
//! figure is the smallest part of its tolerance away. What brings the two nearer to each other is a p95 that is longer than the
//! mean by the same time at every stage: then 25 % of the p95 is more than 25 % of the mean. One request in seven asks for a word
//! that matches seven times as many products, and the p95 is made of those.

use super::aim::Aim;
use super::solver::{Calls, FLOOR_MS, Reading, at_least, closest};
use crate::delays::Calibration;
use crate::exercise::{Distance, StorySpec};
use std::collections::BTreeMap;

/// Arrivals are this much further apart than the first stage's p95 is long: requests do not queue behind each other.
const HEADROOM: f64 = 1.15;
/// The p95 over the mean, where no p95 is known yet.
const P95_TO_MEAN: f64 = 1.2;

/// The solution so far, and what it is made from.
pub(super) struct Solver {
    aim: Aim,
    /// By stage.
    calls: Vec<Calls>,
    /// The mean of all readings under load, moved to the present delays; and how many they are.
    seen: Option<(Reading, f64)>,
    fastest_rps: f64,
    /// What was found.
    pub found: Calibration,
}

impl Solver {
    /// The first solution, from the first stage without delays: serialisation sets the scale, the other parts are stretched
    /// to their shares. `fastest_rps` is the rate that is not exceeded on any machine.
    pub(super) fn new(
        story: &StorySpec,
        probe: &BTreeMap<String, f64>,
        calls: Vec<Calls>,
        model_ms: f64,
        fastest_rps: f64,
    ) -> Self {
        let aim = Aim::of(story);
        let part = |name: &str| probe.get(name).copied().unwrap_or(0.0);
        let request_ms = part("serialization") / aim.share("serialization");
        let missing = |name: &str| aim.share(name) * request_ms - part(name);
        let first = calls.first().copied().unwrap_or(Calls { postgres: 1.0, redis: 1.0, recommendations: 1.0 });
        let distance = Distance {
            postgres_ms: missing("db") / first.postgres,
            redis_ms: missing("rest") / first.redis,
            recommendations_ms: missing("rpc") / first.recommendations,
            ..Distance::default()
        };
        let found = Calibration {
            intended: aim.shares.clone(),
            probe_ms: probe.clone(),
            distance: at_least(distance, FLOOR_MS),
            model_ms,
            request_ms,
            expected: BTreeMap::new(),
            rate_rps: fastest_rps.min(1e3 / (HEADROOM * P95_TO_MEAN * request_ms)),
            too_large: Vec::new(),
        };
        Self { aim, calls, seen: None, fastest_rps, found }
    }

    /// What is solved for.
    #[cfg(test)]
    pub(super) fn aim(&self) -> &Aim {
        &self.aim
    }

    /// A better solution, from one more reading at the present delays. Readings are averaged, earlier ones moved here.
    pub(super) fn learn(&mut self, reading: Reading) {
        let (seen, times) = match self.seen.take() {
            Some((earlier, times)) => (earlier.moved(reading.at, &self.calls).and(&reading, times), times + 1.0),
            None => (reading, 1.0),
        };
        let distance = closest(&self.aim, &seen, &self.calls);
        let there = seen.moved(distance, &self.calls);
        let figures = there.figures();
        self.found.distance = distance;
        self.found.request_ms = there.parts.values().sum();
        let p95_ms = there.p95_ms.first().copied().unwrap_or(self.found.request_ms);
        self.found.rate_rps = self.fastest_rps.min(1e3 / (HEADROOM * p95_ms));
        let ratios = figures.ratios.iter().enumerate();
        self.found.expected =
            ratios.map(|(place, ratio)| (format!("p95_ratio of stage {}", place + 2), *ratio)).collect();
        self.found.expected.extend(figures.shares.iter().map(|(part, share)| (format!("share of {part}"), *share)));
        let beyond = self.aim.off(&figures).filter(|(_, off)| off.abs() > 1.0);
        self.found.too_large =
            beyond.map(|(name, off)| format!("{name}, {:.1} times its tolerance {}", off.abs(), side(off))).collect();
        self.seen = Some((seen, times));
    }
}

fn side(off: f64) -> &'static str {
    if off > 0.0 { "too large" } else { "too small" }
}
