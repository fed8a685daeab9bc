//! Free ports on 127.0.0.1, for servers that must be told their port beforehand.

use std::net::{Ipv4Addr, TcpListener};

use crate::StackError;

/// Below the range from which systems take the ports of outgoing connections (32768 on Linux, 49152 on macOS), so that
/// no client of ours takes the port between our look and the server's start.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// How many times a server is started again when another program took its port after all.
pub(super) const TRIES: usize = 4;

/// A port that nobody listens on at this moment, from a random place in the range.
pub(super) fn free() -> u16 {
    loop {
        let (random, _) = uuid::Uuid::new_v4().as_u64_pair();
        let offset = u16::try_from(random % u64::from(RANGE.end - RANGE.start)).unwrap_or_default();
        let port = RANGE.start + offset;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// Did a server end because its port was taken?
pub(super) fn was_taken(error: &StackError) -> bool {
    let StackError::Died { log, .. } = error else { return false };
    let log = log.to_lowercase();
    ["address already in use", "eaddrinuse", "could not bind"].iter().any(|words| log.contains(words))
}
