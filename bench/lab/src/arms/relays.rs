//! The relays of one arm: one for each of its processes and each dependency, so that the measured service's traffic is its own.

use super::address::{redirected, resolve};
use crate::exercise::Distance;
use relay::{Protocol, Relay, Traffic};
use std::collections::BTreeMap;
use std::time::Duration;

/// What has passed to each dependency, by its name.
pub type TrafficByDependency = BTreeMap<&'static str, Traffic>;

/// Who is behind a relay's near end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// The measured service: what passes is counted.
    Measured,
    /// What runs beside it: the order worker, the origin of an edge.
    Companions,
}

/// By dependency. A missing one is a dependency the service does not have.
#[derive(Default)]
pub(super) struct Relays(BTreeMap<&'static str, Vec<(Whose, Relay)>>);

impl Relays {
    /// Puts a dependency at its distance; the URL that leads there. Also at no distance at all: whatever goes there is counted.
    pub(super) async fn put(
        &mut self,
        (name, whose): (&'static str, Whose),
        url: &str,
        distance: Distance,
    ) -> anyhow::Result<String> {
        let (upstream, round_trip) = (resolve(url).await?, round_trip(name, distance));
        let relay = match whose {
            Whose::Measured => Relay::counting(upstream, round_trip, protocol(name)).await?,
            Whose::Companions => Relay::start(upstream, round_trip).await?,
        };
        let redirected = redirected(url, relay.address())?;
        self.0.entry(name).or_default().push((whose, relay));
        Ok(redirected)
    }

    /// Changes the distances for everything sent from now on.
    pub(super) fn set_distance(&self, distance: Distance) {
        for (name, relays) in &self.0 {
            relays.iter().for_each(|(_, relay)| relay.set_round_trip(round_trip(name, distance)));
        }
    }

    /// Connections accepted so far, by dependency.
    pub(super) fn connections(&self) -> BTreeMap<&'static str, u64> {
        let accepted = |relays: &Vec<(Whose, Relay)>| relays.iter().map(|(_, relay)| relay.stats().connections).sum();
        self.0.iter().map(|(name, relays)| (*name, accepted(relays))).collect()
    }

    /// What the measured service has sent so far, by dependency.
    pub(super) fn traffic(&self) -> TrafficByDependency {
        let measured = |relays: &Vec<(Whose, Relay)>| {
            relays.iter().find(|(whose, _)| *whose == Whose::Measured).map(|(_, relay)| relay.traffic())
        };
        self.0.iter().filter_map(|(name, relays)| Some((*name, measured(relays)?))).collect()
    }

    /// Breaks the measured service's connections with a dependency, once; whether there is one of this name.
    pub(super) fn break_connections(&self, name: &str) -> bool {
        let own = self.0.get(name).and_then(|relays| relays.iter().find(|(whose, _)| *whose == Whose::Measured));
        own.map(|(_, relay)| relay.cut()).is_some()
    }

    /// Takes a dependency away or gives it back; whether there is one of this name.
    pub(super) fn take_away(&self, name: &str, away: bool) -> bool {
        self.0.get(name).map(|relays| relays.iter().for_each(|(_, relay)| relay.take_away(away))).is_some()
    }
}

fn protocol(name: &str) -> Protocol {
    match name {
        "postgres" => Protocol::Postgres,
        "redis" => Protocol::Redis,
        "rabbitmq" => Protocol::Amqp,
        // gRPC is HTTP/2.
        _ => Protocol::Http,
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

    #[tokio::test]
    async fn what_runs_beside_the_service_is_as_far_away_and_not_counted() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let mut relays = Relays::default();
        let mut own = Vec::new();
        for whose in [Whose::Measured, Whose::Companions] {
            let through = relays.put(("redis", whose), &url, Distance::of_all(0.0)).await.unwrap();
            let mut stream = tokio::net::TcpStream::connect(resolve(&through).await.unwrap()).await.unwrap();
            tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET a\r\nGET b\r\n").await.unwrap();
            let (mut server, _) = listener.accept().await.unwrap();
            let mut there = [0; 14];
            tokio::io::AsyncReadExt::read_exact(&mut server, &mut there).await.unwrap();
            own.push((stream, server));
        }
        // Counted right after they were written on, on another thread.
        let begun = std::time::Instant::now();
        while relays.traffic()["redis"].total() < 2 && begun.elapsed() < Duration::from_secs(5) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!((relays.traffic()["redis"].total(), relays.connections()["redis"]), (2, 2));
    }

    #[tokio::test]
    async fn a_break_is_the_measured_services_alone_and_whoever_connects_anew_gets_through() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut relays = Relays::default();
        let mut open = Vec::new();
        for whose in [Whose::Measured, Whose::Companions] {
            let through = relays.put(("partners", whose), &url, Distance::of_all(0.0)).await.unwrap();
            let near = tokio::net::TcpStream::connect(resolve(&through).await.unwrap()).await.unwrap();
            let (far, _) = listener.accept().await.unwrap();
            open.push((through, near, far));
        }
        assert!(!relays.break_connections("redis"), "it has none");
        assert!(relays.break_connections("partners"));
        let [(through, mut own, _), (_, mut beside, mut far)] = open.try_into().ok().unwrap();
        assert!(!matches!(own.read(&mut [0; 1]).await, Ok(1..)), "reset");
        beside.write_all(b"a").await.unwrap();
        assert_eq!(far.read(&mut [0; 1]).await.unwrap(), 1);
        let mut again = tokio::net::TcpStream::connect(resolve(&through).await.unwrap()).await.unwrap();
        let (mut far, _) = listener.accept().await.unwrap();
        again.write_all(b"b").await.unwrap();
        assert_eq!(far.read(&mut [0; 1]).await.unwrap(), 1);
    }
}
