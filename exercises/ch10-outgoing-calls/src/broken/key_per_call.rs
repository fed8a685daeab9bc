//! Gives every call an idempotency key of its own: to be noticed by a customer who pays twice, when the answer to a charge was lost
//! and it is asked for once more.

use crate::{Client, Dependency, Guarded, fixed};
use http::{HeaderValue, Request};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tower::{ServiceBuilder, util::BoxCloneSyncService};

pub(crate) use crate::fixed::while_charging;

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
        static CALLS: AtomicU64 = AtomicU64::new(0);
        let guarded = fixed::guarded(to, self.patience, fixed::POLICY, client);
        // What failed under a key fails under it for ever, because the partner repeats its answer.
        let renewed = move |mut request: Request<A>| {
            if let Some(key) = request.headers_mut().get_mut("idempotency-key").filter(|_| to == Dependency::Payment) {
                let call = CALLS.fetch_add(1, Ordering::Relaxed);
                let again = format!("{}-{call}", key.to_str().unwrap_or_default());
                *key = HeaderValue::try_from(again).unwrap_or_else(|_| key.clone());
            }
            request
        };
        BoxCloneSyncService::new(ServiceBuilder::new().map_request(renewed).service(guarded))
    }
}
