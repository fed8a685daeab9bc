//! The store: responses within a memory limit, found by question and by the headers that `Vary` names, and purged.

use crate::stored::Stored;
use http::{HeaderName, header, request::Parts};
use moka::future::Cache;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// The longest anything is stored, fresh or not.
const STORED_FOR: Duration = Duration::from_secs(24 * 3600);
/// How long the store remembers that the responses to a question cannot be shared.
const UNSHAREABLE_FOR: Duration = Duration::from_secs(120);
/// The most questions about which it remembers something besides the responses.
const MOST_QUESTIONS: u64 = 100_000;

/// Stored responses; clones are the same store.
#[derive(Clone)]
pub(crate) struct Store {
    answers: Cache<String, Arc<Stored>>,
    /// The headers that the responses to a question vary by.
    varying: Cache<String, Arc<[HeaderName]>>,
    /// Entries whose last response could not be shared: a request for one does not wait for another request's fetch.
    /// Varnish calls this hit-for-miss.
    unshareable: Cache<String, ()>,
    purges: Arc<AtomicU64>,
}

/// The time between two purges: what was requested before a purge is not stored after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PurgeEpoch(u64);

impl Store {
    /// A store whose responses take at most about `bytes`.
    pub(crate) fn new(bytes: u64) -> Self {
        let answers = Cache::builder()
            .max_capacity(bytes)
            .weigher(|entry: &String, stored: &Arc<Stored>| {
                stored.weight().saturating_add(u32::try_from(entry.len()).unwrap_or(u32::MAX))
            })
            .time_to_live(STORED_FOR)
            .build();
        let varying = Cache::builder().max_capacity(MOST_QUESTIONS).time_to_live(STORED_FOR).build();
        let unshareable = Cache::builder().max_capacity(MOST_QUESTIONS).time_to_live(UNSHAREABLE_FOR).build();
        Self { answers, varying, unshareable, purges: Arc::default() }
    }

    /// The entry of a request: its question, and its values of the headers that the responses vary by.
    pub(crate) async fn entry(&self, question: &str, asked: &Parts) -> String {
        match self.varying.get(question).await {
            Some(names) => entry(question, &names, asked),
            None => question.to_owned(),
        }
    }

    /// What is stored for an entry.
    pub(crate) async fn get(&self, entry: &str) -> Option<Arc<Stored>> {
        self.answers.get(entry).await
    }

    /// The present epoch, to be noted before the origin is asked.
    pub(crate) fn epoch(&self) -> PurgeEpoch {
        PurgeEpoch(self.purges.load(Ordering::SeqCst))
    }

    /// Stores a response that was requested at `begun`.
    pub(crate) async fn put(&self, asked: &Parts, stored: Arc<Stored>, begun: PurgeEpoch) {
        let names = varying_by(&stored);
        let entry = entry(&stored.question, &names, asked);
        if names.is_empty() {
            self.varying.invalidate(&stored.question).await;
        } else {
            self.varying.insert(stored.question.clone(), names).await;
        }
        self.unshareable.invalidate(&entry).await;
        if self.epoch() == begun {
            self.answers.insert(entry.clone(), stored).await;
        }
        // A purge in between may have looked before the response was there.
        if self.epoch() != begun {
            self.answers.invalidate(&entry).await;
        }
    }

    /// Removes an entry: its question has another response now, and one that cannot be stored.
    pub(crate) async fn forget(&self, entry: &str) {
        self.answers.invalidate(entry).await;
    }

    /// Remembers that responses for this entry cannot be shared.
    pub(crate) async fn mark_unshareable(&self, entry: &str) {
        self.unshareable.insert(entry.to_owned(), ()).await;
    }

    /// Whether the last one could not be shared.
    pub(crate) fn is_unshareable(&self, entry: &str) -> bool {
        self.unshareable.contains_key(entry)
    }

    /// Removes every response that `chosen` chooses, and keeps out those on their way; returns how many it removed. Looks
    /// at all of them: purges are rare, and the store is bounded.
    pub(crate) async fn purge(&self, chosen: impl Fn(&Stored) -> bool) -> usize {
        self.purges.fetch_add(1, Ordering::SeqCst);
        let entries: Vec<Arc<String>> =
            self.answers.iter().filter(|(_, stored)| chosen(stored)).map(|(entry, _)| entry).collect();
        for entry in &entries {
            self.answers.invalidate(entry.as_str()).await;
        }
        entries.len()
    }
}

fn varying_by(stored: &Stored) -> Arc<[HeaderName]> {
    let lists = stored.headers.get_all(header::VARY).iter().filter_map(|list| list.to_str().ok());
    let mut names: Vec<HeaderName> =
        lists.flat_map(|list| list.split(',')).filter_map(|n| n.trim().parse().ok()).collect();
    names.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
    names.dedup();
    names.into()
}

fn entry(question: &str, names: &[HeaderName], asked: &Parts) -> String {
    let mut entry = question.to_owned();
    for name in names {
        entry.push('\n');
        entry.push_str(name.as_str());
        for value in asked.headers.get_all(name) {
            entry.push(':');
            entry.push_str(&String::from_utf8_lossy(value.as_bytes()));
        }
    }
    entry
}
