//! How long a client may take, and how many may be connected at once.

use crate::DRAIN_CAP;
use rustix::process::{Resource, getrlimit, setrlimit};
use std::time::Duration;

/// Descriptors that a process needs beside those of its clients: logs, pools, epoll, whatever the runtime opens.
const RESERVED: u64 = 64;
/// The most connections, however many descriptors there are: each costs some tens of kilobytes.
const MOST: u64 = 8_192;
/// The fewest, however few descriptors there are.
const FEWEST: u64 = 8;

/// The limits of one listener.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the connection until the head of its first request is complete: silence, and headers that drip.
    pub first_request: Duration,
    /// From the end of an answer until the head of the next request is complete. Longer than the 30 s for which our own
    /// clients keep an idle connection, so that it is they who end it and no request meets a closed one.
    pub idle: Duration,
    /// From the head of a request until its body is complete.
    pub body: Duration,
    /// How long a client may take nothing of what is sent to it.
    pub write: Duration,
    /// How many connections there may be. One more closes the one that has been idle longest; if none is idle it waits.
    pub connections: usize,
    /// How long what is being answered may take once the shutdown has begun.
    pub drain: Duration,
}

impl Limits {
    /// The limits of a service: 20 s, 75 s, 30 s, 30 s, [`DRAIN_CAP`], and as many connections as the process may have descriptors for, if
    /// each needs a second one (for an origin, a partner, a database) while it is answered. Takes all the descriptors that the
    /// system allows first: the usual 1,024 are a shell's default, not a server's.
    #[must_use]
    pub fn of_this_process() -> Self {
        let mut descriptors = getrlimit(Resource::Nofile);
        descriptors.current = descriptors.maximum;
        // Where that is refused, there are as many as before.
        let _ = setrlimit(Resource::Nofile, descriptors);
        Self {
            first_request: Duration::from_secs(20),
            idle: Duration::from_secs(75),
            body: Duration::from_secs(30),
            write: Duration::from_secs(30),
            connections: connections(getrlimit(Resource::Nofile).current),
            drain: DRAIN_CAP,
        }
    }
}

fn connections(descriptors: Option<u64>) -> usize {
    let half = descriptors.map_or(MOST, |descriptors| descriptors.saturating_sub(RESERVED) / 2);
    usize::try_from(half.clamp(FEWEST, MOST)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_few_descriptors_takes_fewer_connections_than_it_has() {
        for (descriptors, expected) in
            [(Some(0), 8), (Some(64), 8), (Some(256), 96), (Some(1_024), 480), (Some(1 << 20), 8_192), (None, 8_192)]
        {
            assert_eq!(connections(descriptors), expected, "{descriptors:?}");
        }
    }
}
