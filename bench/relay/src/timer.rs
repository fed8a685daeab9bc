//! Many tasks that wait for instants of their own, on one alarm.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::poll_fn;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Instant;
use timer::Alarm;

/// Wakes tasks at their instants.
pub struct Timer {
    alarm: Alarm,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    instants: BinaryHeap<Reverse<Entry>>,
    /// When the alarm is set to ring.
    armed: Option<Instant>,
}

struct Entry(Instant, Waker);

impl Timer {
    /// # Errors
    /// The operating system gives no timer. Must be called within the runtime that will run it.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { alarm: Alarm::new()?, waiting: Mutex::default() })
    }

    /// Returns when `instant` has come; at once if it is past.
    pub async fn until(&self, instant: Instant) {
        let mut registered = false;
        poll_fn(|context| {
            if Instant::now() >= instant {
                return Poll::Ready(());
            }
            if !registered {
                registered = true;
                let mut waiting = self.waiting();
                waiting.instants.push(Reverse(Entry(instant, context.waker().clone())));
                if waiting.armed.is_none_or(|armed| instant < armed) {
                    waiting.armed = Some(instant);
                    self.alarm.set(instant);
                }
            }
            Poll::Pending
        })
        .await;
    }

    /// Rings for ever.
    pub(super) async fn run(&self) {
        loop {
            self.alarm.rung().await;
            let waiting = &mut *self.waiting();
            waiting.armed = None;
            let now = Instant::now();
            while let Some(Reverse(next)) = waiting.instants.peek() {
                if next.0 > now {
                    waiting.armed = Some(next.0);
                    self.alarm.set(next.0);
                    break;
                }
                if let Some(Reverse(Entry(_, waker))) = waiting.instants.pop() {
                    waker.wake();
                }
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::clock::clock;
    use std::time::{Duration, Instant};

    #[tokio::test]
    async fn instants_come_in_order_whatever_the_order_of_waiting() {
        let clock = clock().unwrap();
        let start = Instant::now();
        let (rang, mut order) = tokio::sync::mpsc::unbounded_channel();
        for millis in [9_u64, 3, 12, 6] {
            let (timer, rang) = (clock.timer.clone(), rang.clone());
            clock.handle.spawn(async move {
                timer.until(start + Duration::from_millis(millis)).await;
                rang.send((millis, Instant::now())).unwrap();
            });
        }
        drop(rang);
        let mut seen = Vec::new();
        while let Some((millis, at)) = order.recv().await {
            assert!(at >= start + Duration::from_millis(millis), "{millis} ms rang early");
            seen.push(millis);
        }
        assert_eq!(seen, [3, 6, 9, 12]);
    }

    #[tokio::test]
    async fn an_instant_in_the_past_does_not_wait() {
        let clock = clock().unwrap();
        let timer = clock.timer.clone();
        let past = Instant::now() - Duration::from_secs(1);
        clock.handle.spawn(async move { timer.until(past).await }).await.unwrap();
    }
}
