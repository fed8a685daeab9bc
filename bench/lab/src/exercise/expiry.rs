//! What `exercise.toml` says about something that is cached and runs out: `[expiry]`.

use serde::Deserialize;
use std::time::Duration;

/// A cached thing; with it, `loads_per_expiry` and `db_peak_to_mean` are counted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expiry {
    /// The `db.query.summary` of the statement that loads it.
    pub summary: String,
    /// How long it is kept, milliseconds; several times as long as a load takes. The service has to be told separately,
    /// in `[settings]`.
    pub ttl_ms: u64,
}

impl Expiry {
    /// How long it is kept.
    pub fn lifetime(&self) -> Duration {
        Duration::from_millis(self.ttl_ms)
    }
}
