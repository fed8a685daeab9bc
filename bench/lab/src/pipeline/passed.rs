//! What passed an arm's relays in a stretch of time, and how many requests it was for.

use crate::arms::{Arm, TrafficByDependency};
use relay::Traffic;
use std::time::Instant;

/// What a measured service sent in a stretch of time.
#[derive(Clone, Debug, Default)]
pub struct Passed {
    /// By dependency; of one the service does not have there is nothing.
    pub traffic: TrafficByDependency,
    /// How long the stretch was.
    pub seconds: f64,
    /// Requests that were sent to the service in it, whether traced or not.
    pub requests: u64,
}

impl Passed {
    /// Of two snapshots.
    #[must_use]
    pub fn between(before: &TrafficByDependency, now: &TrafficByDependency, seconds: f64, requests: u64) -> Self {
        let none = Traffic::default();
        let since =
            |(name, traffic): (&&'static str, &Traffic)| (*name, traffic.since(before.get(name).unwrap_or(&none)));
        Self { traffic: now.iter().map(since).collect(), seconds, requests }
    }

    /// Adds another stretch of the same arm.
    pub fn add(&mut self, other: &Self) {
        for (name, more) in &other.traffic {
            let traffic = self.traffic.entry(name).or_default();
            for (label, count) in &more.calls {
                *traffic.calls.entry(label.clone()).or_default() += count;
            }
            traffic.control += more.control;
            traffic.upkeep += more.upkeep;
            traffic.rows += more.rows;
            traffic.unsure += more.unsure;
        }
        self.seconds += other.seconds;
        self.requests += other.requests;
    }

    /// Calls to these dependencies per request, as far as their bytes could be read; `None` where there are none of them, or
    /// nothing was asked.
    pub fn per_request(&self, dependencies: &[&str]) -> Option<f64> {
        let mut found = dependencies.iter().filter_map(|name| self.traffic.get(name)).peekable();
        found.peek()?;
        let calls: u64 = found.map(Traffic::total).sum();
        (self.requests > 0).then(|| calls as f64 / self.requests as f64)
    }

    /// Whether all that went to these dependencies could be read.
    pub fn is_sure(&self, dependencies: &[&str]) -> bool {
        dependencies.iter().filter_map(|name| self.traffic.get(name)).all(|traffic| traffic.unsure == 0)
    }

    /// Rows that Postgres returned.
    pub fn rows(&self) -> u64 {
        self.traffic.get("postgres").map_or(0, |traffic| traffic.rows)
    }

    /// Dependencies whose bytes could not all be read, and on how many connections.
    pub fn unsure(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.traffic.iter().filter(|(_, traffic)| traffic.unsure > 0).map(|(name, traffic)| (*name, traffic.unsure))
    }
}

/// A stretch that has begun.
pub struct Window {
    before: TrafficByDependency,
    began: Instant,
}

impl Window {
    /// Begins now.
    #[must_use]
    pub fn open(arm: &Arm) -> Self {
        Self { before: arm.traffic(), began: Instant::now() }
    }

    /// Ends now. What the service still did after its last reply is in it, so close it late.
    #[must_use]
    pub fn close(&self, arm: &Arm, requests: u64) -> Passed {
        Passed::between(&self.before, &arm.traffic(), self.began.elapsed().as_secs_f64(), requests)
    }
}
