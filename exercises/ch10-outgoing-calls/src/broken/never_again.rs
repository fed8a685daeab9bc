//! Leaves a partner alone for an hour once it has failed: to be noticed when it is well again, and no order can be paid.

use crate::{Client, Dependency, Guarded, breaker::Policy, fixed};
use std::time::Duration;

pub(crate) use fixed::while_charging;

const POLICY: Policy = Policy { open: Duration::from_secs(3_600), ..fixed::POLICY };

#[derive(Clone, Debug)]
pub(crate) struct Guard {
    patience: Duration,
}

impl Guard {
    pub(crate) fn new(patience: Duration) -> Self {
        Self { patience }
    }

    pub(crate) fn around<A, B>(&self, to: Dependency, client: impl Client<A, B>) -> Guarded<A, B>
    where
        A: Send + 'static,
        B: Send + 'static,
    {
        fixed::guarded(to, self.patience, POLICY, client)
    }
}
