//! Says of a call without an answer that it was not sent: to be noticed by charges that nobody undoes.

use crate::{Client, Dependency, Guarded, fixed, too_late};
use std::time::Duration;
use tower::{BoxError, ServiceBuilder, load_shed::error::Overloaded, util::BoxCloneSyncService};

pub(crate) use fixed::while_charging;

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
        let guarded = fixed::guarded(to, self.patience, fixed::POLICY, client);
        // No second call then to find out what became of the first.
        let given_up = |error: BoxError| if too_late(&error) { Overloaded::new().into() } else { error };
        BoxCloneSyncService::new(ServiceBuilder::new().map_err(given_up).service(guarded))
    }
}
