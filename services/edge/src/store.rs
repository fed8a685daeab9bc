//! The store: responses within a memory limit, found by question and by the headers that `Vary` names, and purged.

use crate::{
    index::{Index, Name, PurgeEpoch},
    stored::Stored,
};
use http::{HeaderName, header, request::Parts};
use moka::{future::Cache, ops::compute::Op};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
    index: Arc<Mutex<Index>>,
}

impl Store {
    /// A store whose responses take at most about `bytes`.
    pub(crate) fn new(bytes: u64) -> Self {
        let index = Arc::<Mutex<Index>>::default();
        let listed = index.clone();
        let answers = Cache::builder()
            .max_capacity(bytes)
            .weigher(|entry: &String, stored: &Arc<Stored>| {
                stored.weight().saturating_add(u32::try_from(2 * entry.len()).unwrap_or(u32::MAX))
            })
            .time_to_live(STORED_FOR)
            .eviction_listener(move |entry: Arc<String>, stored: Arc<Stored>, _| lock(&listed).remove(&entry, &stored))
            .build();
        let varying = Cache::builder().max_capacity(MOST_QUESTIONS).time_to_live(STORED_FOR).build();
        let unshareable = Cache::builder().max_capacity(MOST_QUESTIONS).time_to_live(UNSHAREABLE_FOR).build();
        Self { answers, varying, unshareable, index }
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

    /// Whether the responses to a question are known to vary.
    pub(crate) fn varies(&self, question: &str) -> bool {
        self.varying.contains_key(question)
    }

    /// The present epoch, to be noted before the origin is asked.
    pub(crate) fn epoch(&self) -> PurgeEpoch {
        lock(&self.index).epoch()
    }

    /// Whether a response that was requested at `begun` was purged since then.
    pub(crate) fn is_purged_since(&self, stored: &Stored, begun: PurgeEpoch) -> bool {
        lock(&self.index).is_purged_since(stored, begun)
    }

    /// Stores a response that was requested at `begun`, unless a purge since then names it.
    pub(crate) async fn put(&self, asked: &Parts, stored: Arc<Stored>, begun: PurgeEpoch) {
        let names = varying_by(&stored);
        let entry = entry(&stored.question, &names, asked);
        if names.is_empty() {
            self.varying.invalidate(&stored.question).await;
        } else {
            self.varying.insert(stored.question.clone(), names).await;
        }
        self.unshareable.invalidate(&entry).await;
        // Listed and stored under the entry's own lock, so that of two responses for it the listed one is the stored one.
        let listed = self.answers.entry_by_ref(&entry).and_compute_with(|_| async {
            let mut index = lock(&self.index);
            if index.is_purged_since(&stored, begun) {
                return Op::Nop;
            }
            index.insert(&entry, stored.clone());
            Op::Put(stored.clone())
        });
        listed.await;
        // A purge in between found it in the index, and perhaps not yet here.
        if self.is_purged_since(&stored, begun) {
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

    /// Removes every response of these groups and questions, and keeps out those on their way. Returns their entries.
    pub(crate) async fn purge(&self, groups: &[String], questions: &[String]) -> HashSet<Arc<str>> {
        let entries = lock(&self.index).purge(&Name::all(groups, questions));
        let mut removed = HashSet::new();
        for entry in entries {
            if self.answers.remove(&*entry).await.is_some() {
                removed.insert(entry);
            }
        }
        removed
    }
}

fn lock(index: &Mutex<Index>) -> MutexGuard<'_, Index> {
    index.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::OriginResponse;
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, Request, StatusCode};
    use std::time::{Instant, SystemTime};

    fn asked() -> Parts {
        Request::get("/a").body(()).unwrap().into_parts().0
    }

    fn stored(question: &str, group: &str) -> Arc<Stored> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=60"));
        headers.insert("cache-groups", HeaderValue::try_from(format!("\"{group}\"")).unwrap());
        let answer = OriginResponse { status: StatusCode::OK, headers, body: Bytes::from_static(b"x") };
        Arc::new(Stored::new(question, &asked(), &answer, SystemTime::now()).unwrap())
    }

    async fn filled(answers: usize) -> Store {
        let store = Store::new(1 << 30);
        for n in 0..answers {
            store.put(&asked(), stored(&format!("/{n}"), &format!("group-{}", n / 2)), store.epoch()).await;
        }
        store
    }

    #[tokio::test]
    async fn a_purge_removes_what_it_names_and_refuses_only_that_on_its_way() {
        let store = filled(10).await;
        let begun = store.epoch();
        let removed = store.purge(&["group-1".to_owned()], &["/9".to_owned(), "/nothing".to_owned()]).await;
        assert_eq!(removed, HashSet::from(["/2", "/3", "/9"].map(Arc::from)));
        // Requested before the purge: what it named is refused, by question or by group; everything else is stored.
        for (question, group, kept) in
            [("/2", "other", true), ("/20", "group-1", false), ("/9", "other", false), ("/21", "other", true)]
        {
            store.put(&asked(), stored(question, group), begun).await;
            assert_eq!(store.get(question).await.is_some(), kept, "{question} of {group}");
        }
        // Requested after it: stored.
        store.put(&asked(), stored("/9", "group-1"), store.epoch()).await;
        assert!(store.get("/9").await.is_some());
    }

    #[tokio::test]
    async fn what_is_not_stored_any_more_is_not_listed_any_more() {
        let store = filled(20).await;
        // The same question in another group: the old group forgets it.
        store.put(&asked(), stored("/4", "new"), store.epoch()).await;
        assert_eq!(store.purge(&["group-2".to_owned()], &[]).await, HashSet::from([Arc::from("/5")]));
        for n in 0..20 {
            store.forget(&format!("/{n}")).await;
        }
        store.answers.run_pending_tasks().await;
        assert_eq!(lock(&store.index).size(), (0, 0));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_two_responses_at_once_the_one_that_stays_can_be_purged() {
        let store = Store::new(1 << 30);
        for _ in 0..2_000 {
            let put = |group: &'static str| {
                let store = store.clone();
                tokio::spawn(async move { store.put(&asked(), stored("/a", group), store.epoch()).await })
            };
            let (one, other) = (put("one"), put("other"));
            one.await.unwrap();
            other.await.unwrap();
            let kept = store.get("/a").await.unwrap();
            store.purge(&kept.groups, &[]).await;
            assert!(store.get("/a").await.is_none(), "{:?} is stored and not listed", kept.groups);
        }
    }

    #[tokio::test]
    async fn a_change_costs_the_same_however_much_is_stored() {
        let store = filled(40_000).await;
        let mut times = Vec::new();
        for n in 0..101 {
            let begun = Instant::now();
            store.purge(&[], &[format!("/elsewhere/{n}")]).await;
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        // A look at all of them took 38 ms; a busy machine needs some room.
        assert!(times[50] < Duration::from_millis(4), "{:?}", times[50]);
    }
}
