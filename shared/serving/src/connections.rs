//! All connections of a listener: no more than allowed, and the longest idle one makes room for a new one.

use crate::activity::Activity;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// The connections there are; clones are the same.
#[derive(Clone)]
pub(crate) struct Connections {
    most: usize,
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    open: Mutex<Open>,
    closed: Notify,
}

#[derive(Default)]
struct Open {
    all: HashMap<u64, Arc<Activity>>,
    last: u64,
}

impl Connections {
    /// At most this many.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, inner: Arc::default() }
    }

    /// Takes a place for a new connection. Where all are taken, the connection that has been idle longest is closed; while
    /// every one is being answered, this waits. The client's time for its first request begins with the place.
    pub(crate) async fn enter(&self) -> Place {
        loop {
            let closed = self.inner.closed.notified();
            {
                let mut open = self.open();
                if open.all.len() < self.most {
                    open.last += 1;
                    let number = open.last;
                    let activity = Activity::begin();
                    open.all.insert(number, activity.clone());
                    return Place { connections: self.clone(), number, activity };
                }
            }
            self.evict();
            // An evicted connection may begin to be answered at this very moment, and a busy one may become idle.
            let _ = tokio::time::timeout(std::time::Duration::from_millis(100), closed).await;
        }
    }

    /// Closes the connection that has been idle longest, if one is idle.
    pub(crate) fn evict(&self) {
        let open = self.open();
        let idle = open.all.values().filter_map(|activity| Some((activity.idle_since()?, activity)));
        if let Some((_, activity)) = idle.min_by_key(|(since, _)| *since) {
            activity.evicted.notify_one();
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.inner.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place; free again when dropped.
pub(crate) struct Place {
    connections: Connections,
    number: u64,
    /// What goes on on the connection.
    pub(crate) activity: Arc<Activity>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.open().all.remove(&self.number);
        self.connections.inner.closed.notify_one();
    }
}
