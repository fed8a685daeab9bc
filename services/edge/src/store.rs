//! The store: kept answers within a bound of memory, found by question and by what `Vary` names, and purged.

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

/// The longest anything is kept, fresh or not.
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long it is remembered that a question's answers cannot be shared.
const ALONE: Duration = Duration::from_secs(120);
/// Questions about which something is remembered beside their answers.
const QUESTIONS: u64 = 100_000;

/// Kept answers; clones are the same store.
#[derive(Clone)]
pub(crate) struct Store {
    answers: Cache<String, Arc<Stored>>,
    /// The headers that a question's answers vary by.
    varying: Cache<String, Arc<[HeaderName]>>,
    /// Entries whose last answer could not be shared: who asks does not wait for another's.
    alone: Cache<String, ()>,
    purges: Arc<AtomicU64>,
}

/// A moment between two purges: what was asked for before a purge is not kept after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(u64);

impl Store {
    /// A store whose answers take at most about `bytes`.
    pub(crate) fn new(bytes: u64) -> Self {
        let answers = Cache::builder()
            .max_capacity(bytes)
            .weigher(|entry: &String, stored: &Arc<Stored>| {
                stored.weight().saturating_add(u32::try_from(entry.len()).unwrap_or(u32::MAX))
            })
            .time_to_live(KEPT)
            .build();
        let varying = Cache::builder().max_capacity(QUESTIONS).time_to_live(KEPT).build();
        let alone = Cache::builder().max_capacity(QUESTIONS).time_to_live(ALONE).build();
        Self { answers, varying, alone, purges: Arc::default() }
    }

    /// The entry of a request: its question, and its values of the headers that the answers vary by.
    pub(crate) async fn entry(&self, question: &str, asked: &Parts) -> String {
        match self.varying.get(question).await {
            Some(names) => entry(question, &names, asked),
            None => question.to_owned(),
        }
    }

    /// What is kept under an entry.
    pub(crate) async fn get(&self, entry: &str) -> Option<Arc<Stored>> {
        self.answers.get(entry).await
    }

    /// The present moment, to be noted before the origin is asked.
    pub(crate) fn moment(&self) -> Moment {
        Moment(self.purges.load(Ordering::SeqCst))
    }

    /// Keeps an answer that was asked for at `begun`.
    pub(crate) async fn put(&self, asked: &Parts, stored: Arc<Stored>, begun: Moment) {
        let names = varying_by(&stored);
        let entry = entry(&stored.question, &names, asked);
        if names.is_empty() {
            self.varying.invalidate(&stored.question).await;
        } else {
            self.varying.insert(stored.question.clone(), names).await;
        }
        self.alone.invalidate(&entry).await;
        if self.moment() == begun {
            self.answers.insert(entry.clone(), stored).await;
        }
        // A purge in between may have looked before the answer was there.
        if self.moment() != begun {
            self.answers.invalidate(&entry).await;
        }
    }

    /// Forgets an entry: its question has another answer now, and one that cannot be kept.
    pub(crate) async fn forget(&self, entry: &str) {
        self.answers.invalidate(entry).await;
    }

    /// Remembers that answers to this entry cannot be shared.
    pub(crate) async fn leave_alone(&self, entry: &str) {
        self.alone.insert(entry.to_owned(), ()).await;
    }

    /// Whether they could not, lately.
    pub(crate) fn is_alone(&self, entry: &str) -> bool {
        self.alone.contains_key(entry)
    }

    /// Forgets every answer that `chosen` chooses, and those on their way; how many there were. Looks at all of them:
    /// purges are rare, and the store is bounded.
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
