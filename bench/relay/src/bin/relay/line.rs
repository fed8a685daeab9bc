//! One line while it runs: its relay, its conditions now and at the start, and where its counts begin.

use crate::conditions::{Change, Conditions};
use crate::settings::LineSpec;
use crate::upstream::Upstream;
use relay::{Relay, RelayStats, Traffic};
use serde::Serialize;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A line while it runs.
pub(crate) struct Line {
    pub(crate) name: String,
    upstream: Upstream,
    relay: Relay,
    at_start: Conditions,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    conditions: Conditions,
    /// What the relay had counted at the last reset.
    traffic: Traffic,
    stats: RelayStats,
}

/// A line as the admin routes show it.
#[derive(Serialize)]
pub(crate) struct Described {
    name: String,
    /// Where clients connect.
    address: SocketAddr,
    upstream: String,
    #[serde(flatten)]
    conditions: Conditions,
}

/// What has passed since the start or the last reset.
#[derive(Serialize)]
pub(crate) struct Passed {
    name: String,
    #[serde(flatten)]
    stats: RelayStats,
    /// Statements, commands, requests or messages; none are told apart on a line of scheme tcp.
    total: u64,
    /// Connections whose bytes could not be read to their end, encrypted ones for instance: what they carried is missing here.
    unreadable: u64,
    /// The most frequent first.
    calls: Vec<Call>,
}

#[derive(Serialize)]
struct Call {
    count: u64,
    /// A statement's text, a command's name, method and path of a request, exchange and key of a message.
    call: Arc<str>,
}

impl Line {
    /// Listens.
    ///
    /// # Errors
    /// No port, thread or timer to be had.
    pub(crate) async fn start(spec: LineSpec) -> anyhow::Result<Self> {
        let LineSpec { name, listen, upstream, conditions } = spec;
        let (address, round_trip) = (upstream.address.clone(), conditions.round_trip());
        let relay = Relay::listen(listen, address, round_trip, upstream.protocol).await.map_err(|error| {
            anyhow::anyhow!("{name}: {error:#}; another program may hold the port: choose another in RELAY_LINES")
        })?;
        let line = Self { name, upstream, relay, at_start: conditions, now: Mutex::default() };
        line.apply(&mut line.now(), conditions);
        Ok(line)
    }

    pub(crate) fn described(&self) -> Described {
        let (name, conditions) = (self.name.clone(), self.now().conditions);
        Described { name, address: self.relay.address(), upstream: self.upstream.url(), conditions }
    }

    /// Changes the conditions for everything that enters from now on.
    ///
    /// # Errors
    /// What is wrong with the change; then nothing is changed.
    pub(crate) fn change(&self, change: Change) -> Result<(), String> {
        let mut now = self.now();
        let conditions = now.conditions.changed(change)?;
        self.apply(&mut now, conditions);
        Ok(())
    }

    /// Breaks the connections alive now.
    pub(crate) fn cut(&self) {
        self.relay.cut();
    }

    /// As at the start: conditions, and counts from 0.
    pub(crate) fn reset(&self) {
        let mut now = self.now();
        self.apply(&mut now, self.at_start);
        (now.traffic, now.stats) = (self.relay.traffic(), self.relay.stats());
    }

    pub(crate) fn passed(&self) -> Passed {
        let now = self.now();
        let traffic = self.relay.traffic().since(&now.traffic);
        let (total, unreadable) = (traffic.total(), traffic.unsure);
        let mut calls: Vec<Call> = traffic.calls.into_iter().map(|(call, count)| Call { count, call }).collect();
        calls.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.call.cmp(&other.call)));
        Passed { name: self.name.clone(), stats: self.relay.stats().since(&now.stats), total, unreadable, calls }
    }

    /// One line for the log.
    pub(crate) fn summary(&self) -> String {
        let stats = self.relay.stats();
        let RelayStats { connections, refused, bytes_up, bytes_down, .. } = stats;
        let name = &self.name;
        format!("{name}: {connections} connections ({refused} refused), {bytes_up} bytes up, {bytes_down} bytes down")
    }

    fn apply(&self, now: &mut Now, conditions: Conditions) {
        let Conditions { bandwidth_bytes_per_second: bandwidth, stalled, away, .. } = conditions;
        self.relay.set_round_trip(conditions.round_trip());
        // Setting it anew would forget what the line still carries.
        if bandwidth != now.conditions.bandwidth_bytes_per_second {
            self.relay.set_bandwidth((bandwidth > 0).then_some(bandwidth));
        }
        self.relay.stall(stalled);
        self.relay.take_away(away);
        now.conditions = conditions;
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
