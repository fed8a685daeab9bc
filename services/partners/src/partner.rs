//! One partner while it runs: its name, how it behaves at the moment, its random numbers and its counts.

use crate::{Config, Failure, Name, Profile, calls::Calls};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

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

/// What happens to one call.
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
