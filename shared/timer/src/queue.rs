//! Who waits, by deadline.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;
use tokio::sync::oneshot;

/// The waiters of one timer, the earliest first.
#[derive(Debug, Default)]
pub(crate) struct Queue(BinaryHeap<Reverse<Waiter>>);

#[derive(Debug)]
struct Waiter {
    deadline: Instant,
    wake: oneshot::Sender<()>,
}

impl Queue {
    /// Adds a waiter. What wakes it, and whether its deadline is now the earliest: only then is it news to whoever rings.
    pub(crate) fn add(&mut self, deadline: Instant) -> (oneshot::Receiver<()>, bool) {
        let earliest = self.next().is_none_or(|next| deadline < next);
        let (wake, woken) = oneshot::channel();
        self.0.push(Reverse(Waiter { deadline, wake }));
        (woken, earliest)
    }

    /// Wakes everyone whose deadline has come; the next deadline, if somebody still waits.
    pub(crate) fn wake_due(&mut self) -> Option<Instant> {
        let now = Instant::now();
        while self.next().is_some_and(|deadline| deadline <= now) {
            if let Some(Reverse(due)) = self.0.pop() {
                // Whoever stopped waiting no longer listens.
                let _ = due.wake.send(());
            }
        }
        self.next()
    }

    fn next(&self) -> Option<Instant> {
        self.0.peek().map(|Reverse(waiter)| waiter.deadline)
    }
}

impl PartialEq for Waiter {
    fn eq(&self, other: &Self) -> bool {
        self.deadline == other.deadline
    }
}

impl Eq for Waiter {}

impl PartialOrd for Waiter {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiter {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.deadline.cmp(&other.deadline)
    }
}
