//! One partner while it runs: its name, how it behaves just now, its generator and its counts.

use crate::{Config, Failure, Profile, calls::Calls};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The partners there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// Charges cards.
    Payment,
    /// Sends messages to customers.
    Email,
    /// Ships orders.
    Warehouse,
    /// Knows tax rates.
    Tax,
    /// Issues and checks tokens.
    Identity,
    /// Counts what happens in the shop.
    Analytics,
}

impl Name {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Payment, Self::Email, Self::Warehouse, Self::Tax, Self::Identity, Self::Analytics];

    /// The name as it stands in paths and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Email => "email",
            Self::Warehouse => "warehouse",
            Self::Tax => "tax",
            Self::Identity => "identity",
            Self::Analytics => "analytics",
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = Name::ALL.map(Name::as_str).join(", ");
        let found = Self::ALL.into_iter().find(|name| name.as_str() == word);
        found.ok_or_else(|| format!("there is no partner of this name; there are {known}"))
    }
}

/// A partner while it runs.
#[derive(Debug)]
pub(crate) struct Partner {
    pub(crate) name: Name,
    pub(crate) calls: Calls,
    behaviour: Mutex<Behaviour>,
}

#[derive(Debug)]
struct Behaviour {
    profile: Profile,
    random: ChaCha8Rng,
}

impl Behaviour {
    fn at_start(name: Name, config: &Config) -> Self {
        // Each partner draws from a stream of its own, so that calls to one do not move another's sequence.
        let mut random = ChaCha8Rng::seed_from_u64(config.seed);
        random.set_stream(name as u64);
        Self { profile: config.profile(name), random }
    }
}

/// What is to happen to one call.
pub(crate) struct Fate {
    pub(crate) delay: Duration,
    pub(crate) failure: Option<Failure>,
}

impl Partner {
    pub(crate) fn new(name: Name, config: &Config) -> Self {
        Self { name, calls: Calls::default(), behaviour: Mutex::new(Behaviour::at_start(name, config)) }
    }

    pub(crate) fn profile(&self) -> Profile {
        self.behaviour().profile
    }

    pub(crate) fn set_profile(&self, profile: Profile) {
        self.behaviour().profile = profile;
    }

    pub(crate) fn reset(&self, config: &Config) {
        *self.behaviour() = Behaviour::at_start(self.name, config);
        self.calls.reset();
    }

    pub(crate) fn draw_fate(&self) -> Fate {
        let behaviour = &mut *self.behaviour();
        let Profile { delay, slow, failure } = behaviour.profile;
        let failure = failure.strikes(&mut behaviour.random).then_some(failure);
        Fate { delay: delay.draw(slow, &mut behaviour.random), failure }
    }

    fn behaviour(&self) -> MutexGuard<'_, Behaviour> {
        self.behaviour.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
