//! How each partner behaves: delay, slow share and failure mode, by default and as configured.

use crate::{Delay, Failure, Name, Slow};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, str::FromStr};

/// How one partner behaves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// How long an answer takes.
    pub delay: Delay,
    /// The share of calls that take longer still.
    pub slow: Slow,
    /// How it fails.
    pub failure: Failure,
}

/// A change of a profile: what is not named stays.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    delay: Option<Delay>,
    slow: Option<Slow>,
    failure: Option<Failure>,
}

impl Profile {
    const fn of(delay: Delay) -> Self {
        Self { delay, slow: Slow::NEVER, failure: Failure::None {} }
    }

    /// This profile with a change; the error says what is wrong with the change.
    pub(crate) fn changed(self, change: Change) -> Result<Self, String> {
        change.delay.as_ref().map_or(Ok(()), Delay::check)?;
        change.slow.as_ref().map_or(Ok(()), Slow::check)?;
        change.failure.as_ref().map_or(Ok(()), Failure::check)?;
        Ok(Self {
            delay: change.delay.unwrap_or(self.delay),
            slow: change.slow.unwrap_or(self.slow),
            failure: change.failure.unwrap_or(self.failure),
        })
    }
}

/// How all partners behave at the start and after a reset.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    profiles: BTreeMap<Name, Profile>,
    /// Seed of the drawn delays and failures: the same seed draws the same sequence for each partner.
    pub seed: u64,
}

impl Default for Config {
    /// The book's times: email 120 ms, warehouse 80 ms and analytics 45 ms (chapter 8's order), tax 20 ms (chapter 1's engine), payment
    /// about 130 ms with a tail (chapter 1's three calls), identity 15 ms. Nothing fails.
    fn default() -> Self {
        let profile = |name| {
            Profile::of(match name {
                Name::Payment => Delay::Lognormal { median_ms: 130.0, p99_ms: 260.0 },
                Name::Email => Delay::Constant { ms: 120.0 },
                Name::Warehouse => Delay::Constant { ms: 80.0 },
                Name::Tax => Delay::Constant { ms: 20.0 },
                Name::Identity => Delay::Constant { ms: 15.0 },
                Name::Analytics => Delay::Constant { ms: 45.0 },
            })
        };
        Self { profiles: Name::ALL.into_iter().map(|name| (name, profile(name))).collect(), seed: 42 }
    }
}

impl Config {
    /// Partners that answer at once and never fail: for tests of those who call them.
    #[must_use]
    pub fn instant() -> Self {
        let at_once = Profile::of(Delay::Constant { ms: 0.0 });
        Self { profiles: Name::ALL.into_iter().map(|name| (name, at_once)).collect(), seed: 42 }
    }

    /// One partner's profile.
    #[must_use]
    pub fn profile(&self, name: Name) -> Profile {
        self.profiles.get(&name).copied().unwrap_or(Profile::of(Delay::Constant { ms: 0.0 }))
    }

    /// The same with another profile for one partner.
    ///
    /// # Errors
    /// What is wrong with the profile's numbers.
    pub fn with(mut self, name: Name, profile: Profile) -> Result<Self, String> {
        let Profile { delay, slow, failure } = profile;
        let change = Change { delay: Some(delay), slow: Some(slow), failure: Some(failure) };
        self.profiles.insert(name, self.profile(name).changed(change)?);
        Ok(self)
    }
}

impl FromStr for Config {
    type Err = String;

    /// Reads the JSON of `PARTNERS_CONFIG`: changes to the defaults, by partner.
    fn from_str(json: &str) -> Result<Self, String> {
        let changes: BTreeMap<Name, Change> = serde_json::from_str(json).map_err(|e| e.to_string())?;
        let mut config = Self::default();
        for (name, change) in changes {
            let changed = config.profile(name).changed(change).map_err(|e| format!("{name}: {e}"))?;
            config.profiles.insert(name, changed);
        }
        Ok(config)
    }
}
