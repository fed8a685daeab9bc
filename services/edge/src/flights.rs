//! Flights: requests for the same entry that come while one is on its way to the origin wait for that one.

use crate::{origin::Answer, origin::NoAnswer, stored::Stored};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tracing::Instrument as _;

/// How asking the origin ended.
#[derive(Clone, Debug)]
pub(crate) enum Fetched {
    /// With an answer that is kept; after a 304 where `validated`.
    Kept { stored: Arc<Stored>, validated: bool },
    /// With one for the request alone that asked.
    Own(Arc<Answer>),
    /// Without one.
    Failed(NoAnswer),
}

type Flight = Shared<BoxFuture<'static, Fetched>>;

/// What is on its way, by entry.
#[derive(Clone, Default)]
pub(crate) struct Flights(Arc<Mutex<Air>>);

#[derive(Default)]
struct Air {
    flights: HashMap<String, (u64, Flight)>,
    number: u64,
}

impl Flights {
    /// Waits for the flight of this entry, or begins one; and whether it was this request that began it.
    ///
    /// A flight is a task of its own: it lands whether or not anybody still waits, so a client that leaves takes nobody's
    /// answer along.
    pub(crate) async fn join<F>(&self, entry: &str, fetch: impl FnOnce() -> F) -> (bool, Fetched)
    where
        F: Future<Output = Fetched> + Send + 'static,
    {
        let (began, flight) = self.board(entry, fetch);
        (began, flight.await)
    }

    /// Begins a flight that nobody waits for, unless one is on its way.
    pub(crate) fn send<F>(&self, entry: &str, fetch: impl FnOnce() -> F)
    where
        F: Future<Output = Fetched> + Send + 'static,
    {
        drop(self.board(entry, fetch));
    }

    /// Whoever asks from now on does not wait for what was asked for before: it may be what a purge was about.
    pub(crate) fn ground(&self) {
        self.air().flights.clear();
    }

    fn board<F>(&self, entry: &str, fetch: impl FnOnce() -> F) -> (bool, Flight)
    where
        F: Future<Output = Fetched> + Send + 'static,
    {
        let mut air = self.air();
        if let Some((_, flight)) = air.flights.get(entry) {
            return (false, flight.clone());
        }
        air.number += 1;
        let number = air.number;
        let landing = Landing { flights: self.clone(), entry: entry.to_owned(), number };
        let fetch = fetch();
        let task = tokio::spawn(
            async move {
                let _landing = landing;
                fetch.await
            }
            .in_current_span(),
        );
        let flight: Flight =
            async move { task.await.unwrap_or_else(|error| Fetched::Failed(NoAnswer::Broken(error.to_string()))) }
                .boxed()
                .shared();
        air.flights.insert(entry.to_owned(), (number, flight.clone()));
        (true, flight)
    }

    fn air(&self) -> MutexGuard<'_, Air> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the flight out when its task ends, however it ends.
struct Landing {
    flights: Flights,
    entry: String,
    number: u64,
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut air = self.flights.air();
        // After a purge another flight may be on its way under the same entry.
        if air.flights.get(&self.entry).is_some_and(|(number, _)| *number == self.number) {
            air.flights.remove(&self.entry);
        }
    }
}
