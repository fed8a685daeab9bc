//! The relays of one arm, by the name of the dependency behind each.

use super::address::{redirected, resolve};
use crate::exercise::Distance;
use relay::Relay;
use std::collections::BTreeMap;
use std::time::Duration;

/// A missing one is a dependency the service does not have.
#[derive(Default)]
pub(super) struct Relays(BTreeMap<&'static str, Relay>);

impl Relays {
    /// Puts a dependency at its distance; the URL that leads there.
    pub(super) async fn put(&mut self, name: &'static str, url: &str, distance: Distance) -> anyhow::Result<String> {
        let relay = Relay::start(resolve(url).await?, round_trip(name, distance)).await?;
        let redirected = redirected(url, relay.address())?;
        self.0.insert(name, relay);
        Ok(redirected)
    }

    /// Changes the distances for everything sent from now on.
    pub(super) fn set_distance(&self, distance: Distance) {
        for (name, relay) in &self.0 {
            relay.set_round_trip(round_trip(name, distance));
        }
    }

    /// Connections accepted so far, by dependency.
    pub(super) fn connections(&self) -> BTreeMap<&'static str, u64> {
        self.0.iter().map(|(name, relay)| (*name, relay.stats().connections)).collect()
    }

    /// Takes a dependency away or gives it back; whether there is one of this name.
    pub(super) fn take_away(&self, name: &str, away: bool) -> bool {
        self.0.get(name).map(|relay| relay.take_away(away)).is_some()
    }
}

fn round_trip(name: &str, distance: Distance) -> Duration {
    let milliseconds = match name {
        "postgres" => distance.postgres_ms,
        "redis" => distance.redis_ms,
        "rabbitmq" => distance.rabbitmq_ms,
        "recommendations" => distance.recommendations_ms,
        "partners" => distance.partners_ms,
        _ => distance.origin_ms,
    };
    Duration::from_secs_f64(milliseconds.max(0.0) / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dependency_has_a_distance_of_its_own() {
        let distance = Distance {
            postgres_ms: 1.0,
            redis_ms: 2.0,
            recommendations_ms: 3.0,
            partners_ms: 4.0,
            rabbitmq_ms: 5.0,
            origin_ms: 6.0,
        };
        let names = ["postgres", "redis", "recommendations", "partners", "rabbitmq", "origin"];
        let milliseconds: Vec<u128> = names.iter().map(|name| round_trip(name, distance).as_millis()).collect();
        assert_eq!(milliseconds, [1, 2, 3, 4, 5, 6]);
    }
}
