//! Which stored responses a purge names, without a look at the others; and what was purged while a response was on its way.

use crate::stored::Stored;
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

/// The most names whose purge is remembered. Beyond it, and after a change of every one of them, only responses that were
/// requested before the oldest remembered purge are not stored, which is slower and never wrong.
const REMEMBERED: usize = 100_000;

/// The time between two purges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PurgeEpoch(u64);

/// What is stored, by the names that a purge uses, and what was purged of late.
#[derive(Default)]
pub(crate) struct Index {
    /// Entries by the question, and by each group, of their response.
    by_name: HashMap<Name, HashSet<Arc<str>>>,
    /// The response that an entry is listed for, to tell it from one that replaced it.
    listed: HashMap<Arc<str>, Arc<Stored>>,
    /// The last purge of each name.
    purged: HashMap<Name, PurgeEpoch>,
    /// Every purge of a name, oldest first: which one to forget next.
    order: VecDeque<(PurgeEpoch, Name)>,
    now: PurgeEpoch,
    /// Purges up to this one are not remembered.
    forgotten: PurgeEpoch,
}

/// What a purge may name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Name {
    Question(Arc<str>),
    Group(Arc<str>),
}

impl Name {
    /// The names of these questions and groups.
    pub(crate) fn all(groups: &[String], questions: &[String]) -> Vec<Self> {
        let groups = groups.iter().map(|group| Self::Group(group.as_str().into()));
        groups.chain(questions.iter().map(|question| Self::Question(question.as_str().into()))).collect()
    }

    fn of(stored: &Stored) -> impl Iterator<Item = Self> {
        let groups = stored.groups.iter().map(|group| Self::Group(group.as_str().into()));
        groups.chain([Self::Question(stored.question.as_str().into())])
    }
}

impl Index {
    /// The present epoch.
    pub(crate) fn epoch(&self) -> PurgeEpoch {
        self.now
    }

    /// Whether a response that was requested at `begun` may be what a purge since then wanted gone.
    pub(crate) fn is_purged_since(&self, stored: &Stored, begun: PurgeEpoch) -> bool {
        begun < self.forgotten || Name::of(stored).any(|name| self.purged.get(&name).is_some_and(|last| *last > begun))
    }

    /// Lists a response under its names, in place of the one before.
    pub(crate) fn insert(&mut self, entry: &str, stored: Arc<Stored>) {
        let entry: Arc<str> = entry.into();
        if let Some(before) = self.listed.insert(entry.clone(), stored.clone()) {
            self.remove_names(&entry, &before);
        }
        for name in Name::of(&stored) {
            self.by_name.entry(name).or_default().insert(entry.clone());
        }
    }

    /// Takes a response off the list that is not stored any more, unless another one is listed for its entry by now.
    pub(crate) fn remove(&mut self, entry: &str, stored: &Arc<Stored>) {
        if self.listed.get(entry).is_some_and(|listed| Arc::ptr_eq(listed, stored))
            && let Some((entry, before)) = self.listed.remove_entry(entry)
        {
            self.remove_names(&entry, &before);
        }
    }

    fn remove_names(&mut self, entry: &Arc<str>, stored: &Stored) {
        for name in Name::of(stored) {
            if let Some(entries) = self.by_name.get_mut(&name) {
                entries.remove(entry);
                if entries.is_empty() {
                    self.by_name.remove(&name);
                }
            }
        }
    }

    /// Notes a purge, and returns the entries that it names.
    pub(crate) fn purge(&mut self, names: &[Name]) -> HashSet<Arc<str>> {
        self.now.0 += 1;
        let mut entries = HashSet::new();
        for name in names {
            entries.extend(self.by_name.get(name).into_iter().flatten().cloned());
            self.purged.insert(name.clone(), self.now);
            self.order.push_back((self.now, name.clone()));
        }
        while self.order.len() > REMEMBERED
            && let Some((epoch, name)) = self.order.pop_front()
        {
            self.forgotten = self.forgotten.max(epoch);
            if self.purged.get(&name) == Some(&epoch) {
                self.purged.remove(&name);
            }
        }
        entries
    }

    #[cfg(test)]
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.by_name.len(), self.listed.len())
    }
}
