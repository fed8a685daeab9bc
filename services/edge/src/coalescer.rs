//! Request coalescing: requests for the same entry that come while one is on its way to the origin wait for that one.

use crate::{
    index::PurgeEpoch,
    origin::{OriginError, OriginResponse},
    stored::Stored,
};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use telemetry::{SpanName, background_span, flight_span};
use tracing::{Instrument as _, Span};

/// How asking the origin ended.
#[derive(Clone, Debug)]
pub(crate) enum Fetched {
    /// With a response that is stored; after a 304 where `validated`. It was requested at `begun`.
    Stored { stored: Arc<Stored>, validated: bool, begun: PurgeEpoch },
    /// With one that only the request that asked may have.
    Private(Arc<OriginResponse>),
    /// Without one.
    Failed(OriginError),
}

type SharedFetch = Shared<BoxFuture<'static, Fetched>>;

/// A fetch that is on its way, and the span that it runs in.
#[derive(Clone)]
struct Flight {
    fetch: SharedFetch,
    span: SpanName,
}

/// Lets one request per entry go to the origin at a time; clones are the same coalescer.
#[derive(Clone, Default)]
pub(crate) struct Coalescer(Arc<Mutex<InFlight>>);

/// The fetches that are on their way.
#[derive(Default)]
struct InFlight {
    /// By entry, each with its number.
    fetches: HashMap<String, (u64, Flight)>,
    last_number: u64,
}

impl Coalescer {
    /// Waits for the fetch of this entry, or starts one. Also returns whether it was this request that started it.
    ///
    /// A fetch is a task of its own: it ends whether or not anybody still waits, so a client that disconnects takes
    /// nobody's response along.
    pub(crate) async fn join<F>(&self, entry: &str, fetch: impl FnOnce() -> F) -> (bool, Fetched)
    where
        F: Future<Output = Fetched> + Send + 'static,
    {
        let (started, flight) = self.join_or_start(entry, Span::current, fetch);
        if started {
            return (true, flight.fetch.await);
        }
        // Why this request takes as long as another one: a link names that one's span.
        let waiting = flight_span!("answer for another request", &flight.span);
        (false, flight.fetch.instrument(waiting).await)
    }

    /// Starts a fetch that nobody waits for, unless one is on its way.
    pub(crate) fn start<F>(&self, entry: &str, fetch: impl FnOnce() -> F)
    where
        F: Future<Output = Fetched> + Send + 'static,
    {
        // A span of its own: the visitor has the stale answer already, and its request is over.
        drop(self.join_or_start(entry, || background_span!("refresh stale answer"), fetch));
    }

    /// Requests from now on do not join a fetch for one of these entries, or for one of these questions in any variant, that
    /// was started before: it would bring what was just purged.
    pub(crate) fn forget(&self, entries: &HashSet<Arc<str>>, questions: &[String]) {
        // The entries of a question that varies begin with the question and the end of a line.
        let asks = |entry: &str| {
            questions.iter().any(|question| {
                entry.strip_prefix(question.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('\n'))
            })
        };
        self.in_flight().fetches.retain(|entry, _| !entries.contains(entry.as_str()) && !asks(entry));
    }

    fn join_or_start<F>(&self, entry: &str, span: impl FnOnce() -> Span, fetch: impl FnOnce() -> F) -> (bool, Flight)
    where
        F: Future<Output = Fetched> + Send + 'static,
    {
        let mut in_flight = self.in_flight();
        if let Some((_, flight)) = in_flight.fetches.get(entry) {
            return (false, flight.clone());
        }
        let span = span();
        in_flight.last_number += 1;
        let number = in_flight.last_number;
        let cleanup = RemoveOnDrop { coalescer: self.clone(), entry: entry.to_owned(), number };
        let fetch = fetch();
        let task = tokio::spawn(
            async move {
                let _cleanup = cleanup;
                fetch.await
            }
            .instrument(span.clone()),
        );
        let fetch: SharedFetch =
            async move { task.await.unwrap_or_else(|error| Fetched::Failed(OriginError::Broken(error.to_string()))) }
                .boxed()
                .shared();
        let flight = Flight { fetch, span: SpanName::of(&span) };
        in_flight.fetches.insert(entry.to_owned(), (number, flight.clone()));
        (true, flight)
    }

    fn in_flight(&self) -> MutexGuard<'_, InFlight> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes a fetch when its task ends, however it ends.
struct RemoveOnDrop {
    coalescer: Coalescer,
    entry: String,
    number: u64,
}

impl Drop for RemoveOnDrop {
    fn drop(&mut self) {
        let mut in_flight = self.coalescer.in_flight();
        // After a purge another fetch may be on its way for the same entry.
        if in_flight.fetches.get(&self.entry).is_some_and(|(number, _)| *number == self.number) {
            in_flight.fetches.remove(&self.entry);
        }
    }
}
