//! The timer, and the choice of what rings.

#[cfg(target_os = "linux")]
use crate::poller::Poller;
use crate::thread::Thread;
use std::io;
use std::time::{Duration, Instant};

/// Wakes tasks at their instants. Any number may wait at once; whoever stops waiting costs nothing more. Share it in an `Arc`.
#[derive(Debug)]
pub struct HighResolutionTimer(Ringer);

#[derive(Debug)]
enum Ringer {
    #[cfg(target_os = "linux")]
    Poller(Poller),
    Thread(Thread),
}

impl HighResolutionTimer {
    /// A timer that rings on the runtime it is made in: no hand-over between threads, but late where the runtime's threads
    /// are busy. The right one for a runtime of one thread that mostly waits. Elsewhere than on Linux it has a thread.
    ///
    /// Only tasks of that runtime should wait for it: when the runtime ends, it no longer rings.
    ///
    /// # Errors
    /// There is no tokio runtime here, or the operating system gives no timer.
    ///
    /// # Panics
    /// The runtime was built without I/O (`enable_io`).
    pub fn in_runtime() -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        let ringer = Ringer::Poller(Poller::start()?);
        #[cfg(not(target_os = "linux"))]
        let ringer = Ringer::Thread(Thread::start()?);
        Ok(Self(ringer))
    }

    /// A timer with a thread of its own: it rings on time whatever the runtimes are busy with, and tasks of any runtime may
    /// wait for it. The right one for a service. Its thread ends when the timer is dropped.
    ///
    /// # Errors
    /// The operating system gives no thread.
    pub fn on_own_thread() -> io::Result<Self> {
        Ok(Self(Ringer::Thread(Thread::start()?)))
    }

    /// Returns when `instant` has come, never before; at once if it is past.
    pub async fn until(&self, instant: Instant) {
        if Instant::now() >= instant {
            return;
        }
        let woken = match &self.0 {
            #[cfg(target_os = "linux")]
            Ringer::Poller(poller) => poller.add(instant),
            Ringer::Thread(thread) => thread.add(instant),
        };
        // Waiters are dropped with the timer only, which is borrowed here: there is no error to come.
        let _ = woken.await;
    }

    /// Returns when `time` has passed since the first poll, never before.
    pub async fn sleep(&self, time: Duration) {
        self.until(Instant::now() + time).await;
    }
}
