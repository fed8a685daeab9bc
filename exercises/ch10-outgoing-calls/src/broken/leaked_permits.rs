//! Counts its calls by hand, and not those that were dropped: to be noticed when the partner is well again, and the count is
//! still full of calls that were given up.

use crate::{Client, Dependency, Guarded, fixed::Compartment};
use http::{Request, Response};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tower::{
    BoxError, ServiceBuilder, ServiceExt as _, load_shed::error::Overloaded, service_fn, util::BoxCloneSyncService,
};

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
        let compartment = Compartment::of(to);
        let in_flight = Arc::new(AtomicUsize::new(0));
        let counted = service_fn(move |request: Request<A>| {
            let (client, in_flight) = (client.clone(), in_flight.clone());
            async move {
                if in_flight.fetch_add(1, Ordering::AcqRel) >= compartment.at_once {
                    in_flight.fetch_sub(1, Ordering::AcqRel);
                    return Err::<Response<B>, BoxError>(Overloaded::new().into());
                }
                let answer = client.oneshot(request).await.map_err(Into::into);
                in_flight.fetch_sub(1, Ordering::AcqRel);
                answer
            }
        });
        let patience = compartment.patience.min(self.patience);
        BoxCloneSyncService::new(ServiceBuilder::new().timeout(patience).service(counted))
    }
}
