//! What is true of a line at the moment: delay, bandwidth, whether it carries anything.

use relay::FARTHEST_MS;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The state of a line, as the admin routes show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Conditions {
    /// There and back.
    pub(crate) round_trip_ms: f64,
    /// In each direction, over all connections together; 0 for no limit.
    pub(crate) bandwidth_bytes_per_second: u64,
    /// Nothing is delivered; connections stay open and are still accepted.
    pub(crate) stalled: bool,
    /// Nobody gets through: connections are broken, and new ones at once.
    pub(crate) away: bool,
}

/// A change: what is not named stays.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    round_trip_ms: Option<f64>,
    bandwidth_bytes_per_second: Option<u64>,
    stalled: Option<bool>,
    away: Option<bool>,
}

impl Conditions {
    /// An open line.
    pub(crate) fn at(round_trip: Duration, bandwidth_bytes_per_second: u64) -> Self {
        Self { round_trip_ms: round_trip.as_secs_f64() * 1e3, bandwidth_bytes_per_second, stalled: false, away: false }
    }

    pub(crate) fn round_trip(&self) -> Duration {
        Duration::from_secs_f64(self.round_trip_ms / 1e3)
    }

    /// These conditions with a change.
    ///
    /// # Errors
    /// What is wrong with the change.
    pub(crate) fn changed(self, change: Change) -> Result<Self, String> {
        if change.round_trip_ms.is_some_and(|ms| !(0.0..=FARTHEST_MS).contains(&ms)) {
            return Err(format!("round_trip_ms must be 0 to {FARTHEST_MS}"));
        }
        Ok(Self {
            round_trip_ms: change.round_trip_ms.unwrap_or(self.round_trip_ms),
            bandwidth_bytes_per_second: change.bandwidth_bytes_per_second.unwrap_or(self.bandwidth_bytes_per_second),
            stalled: change.stalled.unwrap_or(self.stalled),
            away: change.away.unwrap_or(self.away),
        })
    }
}
