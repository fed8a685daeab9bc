//! Waiting for an instant to within some ten microseconds, on an async runtime whose own timers round to a millisecond.
//!
//! On Linux a timerfd, which the runtime's poller wakes for like for a socket. Elsewhere the runtime's timer, and with it a
//! distance that is up to a millisecond too long.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::poll_fn;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Instant;

/// Wakes tasks at their instants.
pub(crate) struct Timer {
    alarm: alarm::Alarm,
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
        Ok(Self { alarm: alarm::Alarm::new()?, waiting: Mutex::default() })
    }

    /// Returns when `instant` has come; at once if it is past.
    pub(crate) async fn until(&self, instant: Instant) {
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

#[cfg(target_os = "linux")]
mod alarm {
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
    };
    use std::io;
    use std::os::fd::OwnedFd;
    use std::time::Instant;
    use tokio::io::{Interest, unix::AsyncFd};

    /// A timerfd in the runtime's poller.
    pub(super) struct Alarm(AsyncFd<OwnedFd>);

    impl Alarm {
        #[allow(
            deprecated,
            reason = "deprecated for descriptors nobody owns; this one is owned, and the heir is unsafe"
        )]
        pub(super) fn new() -> io::Result<Self> {
            let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
            Ok(Self(AsyncFd::with_interest(timer, Interest::READABLE)?))
        }

        /// Rings at `instant`; an earlier setting is replaced.
        pub(super) fn set(&self, instant: Instant) {
            // Zero would switch it off.
            let left = instant.saturating_duration_since(Instant::now()).as_nanos().max(1);
            let it_value = Timespec { tv_sec: (left / 1_000_000_000) as i64, tv_nsec: (left % 1_000_000_000) as _ };
            let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 };
            let set =
                timerfd_settime(self.0.get_ref(), TimerfdTimerFlags::empty(), &Itimerspec { it_interval, it_value });
            debug_assert!(set.is_ok(), "a relative time in range is never refused");
        }

        pub(super) async fn rung(&self) {
            let Ok(mut ready) = self.0.readable().await else { return std::future::pending().await };
            // The poller is edge-triggered and setting the timer again resets it, so reading it would be a system call
            // for nothing.
            ready.clear_ready();
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod alarm {
    use std::io;
    use std::sync::{Mutex, PoisonError};
    use std::time::Instant;
    use tokio::sync::Notify;

    /// The runtime's own timer.
    pub(super) struct Alarm {
        at: Mutex<Option<Instant>>,
        changed: Notify,
    }

    impl Alarm {
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self { at: Mutex::new(None), changed: Notify::new() })
        }

        /// Rings at `instant`; an earlier setting is replaced.
        pub(super) fn set(&self, instant: Instant) {
            *self.at.lock().unwrap_or_else(PoisonError::into_inner) = Some(instant);
            self.changed.notify_one();
        }

        pub(super) async fn rung(&self) {
            loop {
                let at = *self.at.lock().unwrap_or_else(PoisonError::into_inner);
                match at {
                    None => self.changed.notified().await,
                    Some(at) => tokio::select! {
                        () = tokio::time::sleep_until(at.into()) => {
                            *self.at.lock().unwrap_or_else(PoisonError::into_inner) = None;
                            return;
                        }
                        () = self.changed.notified() => {}
                    },
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::relay::clock::clock;
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
