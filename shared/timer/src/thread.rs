//! A thread that sleeps until the next deadline and wakes its waiter, whatever the runtimes are busy with.

use crate::queue::Queue;
use crate::wake_without_slack;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::oneshot;

/// A running thread; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Thread(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    queue: Queue,
    closed: bool,
}

impl Thread {
    /// # Errors
    /// The operating system gives no thread.
    pub(crate) fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        std::thread::Builder::new().name("timer".to_owned()).spawn(move || own.ring())?;
        Ok(Self(shared))
    }

    /// What wakes at `deadline`.
    pub(crate) fn add(&self, deadline: Instant) -> oneshot::Receiver<()> {
        let (woken, earliest) = self.0.state().queue.add(deadline);
        if earliest {
            self.0.changed.notify_one();
        }
        woken
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.changed.notify_one();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        wake_without_slack();
        let mut state = self.state();
        while !state.closed {
            state = match state.queue.wake_due() {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(next) => {
                    let left = next.saturating_duration_since(Instant::now());
                    self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}
