//! Where a story's delays have to be: readings moved to other delays by arithmetic, and a search for the best.

use super::aim::{Aim, Figures};
use crate::exercise::Distance;
use std::collections::BTreeMap;

/// The shortest round trip that is asked of a relay, milliseconds. Its own lateness is 0.1 ms and less, a third of this, and
/// scheduling moves single requests by as much.
pub(super) const FLOOR_MS: f64 = 0.3;

/// The search changes distances by a third at first, and ends at a thousandth.
const FIRST_STEP: f64 = 0.3;
const LAST_STEP: f64 = 1e-3;

/// Round trips of a request at one stage: what a millisecond of distance adds to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calls {
    pub postgres: f64,
    pub redis: f64,
    pub recommendations: f64,
}

/// What the stages took at some delays, milliseconds.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// The delays.
    pub at: Distance,
    /// The first stage's mean by part: `db`, `serialization`, `rpc`, `rest`.
    pub parts: BTreeMap<String, f64>,
    /// The p95 of every stage, seen from outside.
    pub p95_ms: Vec<f64>,
}

impl Reading {
    pub(super) fn part(&self, name: &str) -> f64 {
        self.parts.get(name).copied().unwrap_or(0.0)
    }

    /// The same stages at other delays: a relay adds its round trip to every call and changes nothing else.
    pub(super) fn moved(&self, to: Distance, calls: &[Calls]) -> Self {
        let postgres = to.postgres_ms - self.at.postgres_ms;
        let redis = to.redis_ms - self.at.redis_ms;
        let recommendations = to.recommendations_ms - self.at.recommendations_ms;
        let mut moved = Self { at: to, ..self.clone() };
        if let Some(first) = calls.first() {
            let added = [
                ("db", first.postgres * postgres),
                ("rest", first.redis * redis),
                ("rpc", first.recommendations * recommendations),
            ];
            for (part, added) in added {
                *moved.parts.entry(part.to_owned()).or_default() += added;
            }
        }
        for (p95, calls) in moved.p95_ms.iter_mut().zip(calls) {
            *p95 += calls.postgres * postgres + calls.redis * redis + calls.recommendations * recommendations;
        }
        moved
    }

    /// The mean of this and a later one, this one having been made `times` times.
    pub(super) fn and(&self, later: &Self, times: f64) -> Self {
        let mean = |earlier: f64, later: f64| (earlier * times + later) / (times + 1.0);
        Self {
            at: later.at,
            parts: later.parts.iter().map(|(part, ms)| (part.clone(), mean(self.part(part), *ms))).collect(),
            p95_ms: self.p95_ms.iter().zip(&later.p95_ms).map(|(earlier, later)| mean(*earlier, *later)).collect(),
        }
    }

    /// Ratios and shares.
    pub(super) fn figures(&self) -> Figures {
        let total: f64 = self.parts.values().sum();
        let first = self.p95_ms.first().copied().unwrap_or(f64::NAN);
        Figures {
            ratios: self.p95_ms.iter().skip(1).map(|p95| p95 / first).collect(),
            shares: self.parts.iter().map(|(part, ms)| (part.clone(), ms / total)).collect(),
        }
    }
}

/// The distances at which the reading's figures would be closest to the aim.
///
/// A compass search over the logarithms of the three distances (Kolda, Lewis and Torczon, SIAM Review 45, 2003): of all 26
/// neighbours whichever is better, and half the step where none is. The diagonals are among them because the largest
/// change, all delays longer or shorter together, is one.
pub(super) fn closest(aim: &Aim, reading: &Reading, calls: &[Calls]) -> Distance {
    let cost = |at: Distance| aim.cost(&reading.moved(at, calls).figures());
    let mut at = at_least(reading.at, FLOOR_MS);
    let (mut best, mut step) = (cost(at), FIRST_STEP);
    while step > LAST_STEP {
        let before = best;
        for direction in directions() {
            let next = at_least(stretched(at, direction.map(|by| (f64::from(by) * step).exp())), FLOOR_MS);
            let found = cost(next);
            if found < best {
                (at, best) = (next, found);
            }
        }
        if best >= before {
            step *= 0.5;
        }
    }
    stretched(at, [1.0; 3])
}

fn directions() -> impl Iterator<Item = [i8; 3]> {
    let each = || [-1_i8, 0, 1].into_iter();
    each()
        .flat_map(move |a| each().flat_map(move |b| each().map(move |c| [a, b, c])))
        .filter(|direction| *direction != [0; 3])
}

/// Each distance times its factor, to a thousandth of a millisecond.
fn stretched(at: Distance, by: [f64; 3]) -> Distance {
    let times = |ms: f64, by: f64| (ms * by * 1e4).round() / 1e4;
    Distance {
        postgres_ms: times(at.postgres_ms, by[0]),
        redis_ms: times(at.redis_ms, by[1]),
        recommendations_ms: times(at.recommendations_ms, by[2]),
        ..at
    }
}

/// No distance below the floor.
pub(super) fn at_least(at: Distance, floor: f64) -> Distance {
    Distance {
        postgres_ms: at.postgres_ms.max(floor),
        redis_ms: at.redis_ms.max(floor),
        recommendations_ms: at.recommendations_ms.max(floor),
        ..at
    }
}
