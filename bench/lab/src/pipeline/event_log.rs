//! For tests: known servers in this process, and a harness that writes down every slice as it happens.

use super::{Harness, SystemUnderTest};
use crate::exit::Failure;
use crate::known_server::{KnownServer, listen};
use crate::machine::CpuTimes;
use crate::terminal::Terminal;
use http::Uri;
use load::{Driver, Protocol, SliceResult};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio_util::task::AbortOnDropHandle;

/// One slice that happened.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// The server's place.
    pub arm: usize,
    /// Which requests it was asked, in order.
    pub work: Vec<usize>,
    /// When its first instant was.
    pub began: Instant,
    /// When nothing of it was in flight any more.
    pub ended: Instant,
}

/// A server in this process.
pub(super) struct Local {
    name: String,
    base: Uri,
    _serving: AbortOnDropHandle<()>,
}

/// Servers, driver and log.
pub(super) struct EventLog {
    pub servers: Vec<Local>,
    /// Rounds, from 0, during which the host gives the processor to others.
    pub taken: Vec<usize>,
    driver: Driver,
    events: Mutex<Vec<Event>>,
}

impl EventLog {
    /// One server a name.
    pub fn of(names: &[&str]) -> Self {
        let local = |name: &&str| {
            let (base, serving) = listen(KnownServer::default()).unwrap();
            Local { name: (*name).to_owned(), base, _serving: serving }
        };
        let servers = names.iter().map(local).collect();
        Self { servers, taken: Vec::new(), driver: Driver::new(Protocol::Http1).unwrap(), events: Mutex::default() }
    }

    /// What happened.
    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }
}

impl SystemUnderTest for Local {
    fn name(&self) -> &str {
        &self.name
    }

    fn base(&self) -> &Uri {
        &self.base
    }

    fn cpu(&self) -> Duration {
        Duration::ZERO
    }

    fn check(&self) -> Result<(), Failure> {
        Ok(())
    }
}

impl Harness for EventLog {
    fn driver(&self) -> &Driver {
        &self.driver
    }

    fn terminal(&self) -> Terminal {
        Terminal::PLAIN
    }

    fn logs(&self) -> &Path {
        Path::new("/")
    }

    fn tell(&self, arm: &str, _: &str, _: (usize, usize), result: &SliceResult) {
        let arm = self.servers.iter().position(|server| server.name == arm).unwrap();
        let work = result.samples.iter().map(|sample| sample.request).collect();
        let (began, ended) = (result.start, result.start + result.wall);
        self.events.lock().unwrap().push(Event { arm, work, began, ended });
    }

    /// What this machine's host really does is not asked.
    fn stolen_since(&self, _: &CpuTimes) -> f64 {
        let round = self.events.lock().unwrap().len() / (2 * self.servers.len()) - 1;
        if self.taken.contains(&round) { 0.2 } else { 0.0 }
    }
}
