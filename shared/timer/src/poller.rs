//! Linux: a timerfd in the runtime's own poller, which wakes for it as it does for a socket.

use crate::queue::Queue;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::io::{Interest, unix::AsyncFd};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A timer that rings on the runtime it was made in, until it is dropped.
#[derive(Debug)]
pub(crate) struct Poller {
    shared: Arc<Shared>,
    ringing: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    timer: AsyncFd<OwnedFd>,
    queue: Mutex<Queue>,
}

impl Poller {
    /// # Errors
    /// There is no runtime here, or the operating system gives no timer.
    #[allow(deprecated, reason = "deprecated for descriptors nobody owns; this one is owned, and the heir is unsafe")]
    pub(crate) fn start() -> io::Result<Self> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        let timer = AsyncFd::with_interest(timer, Interest::READABLE)?;
        let shared = Arc::new(Shared { timer, queue: Mutex::default() });
        let ringing = runtime.spawn(Arc::clone(&shared).ring());
        Ok(Self { shared, ringing })
    }

    /// What wakes at `deadline`.
    pub(crate) fn add(&self, deadline: Instant) -> oneshot::Receiver<()> {
        let mut queue = self.shared.queue();
        let (woken, earliest) = queue.add(deadline);
        if earliest {
            self.shared.set(deadline);
        }
        woken
    }
}

impl Drop for Poller {
    fn drop(&mut self) {
        self.ringing.abort();
    }
}

impl Shared {
    async fn ring(self: Arc<Self>) {
        // An error would mean that the runtime is shutting down.
        while let Ok(mut ready) = self.timer.readable().await {
            // The poller is edge-triggered and setting the timer again resets it, so reading it would be a system call for
            // nothing.
            ready.clear_ready();
            let mut queue = self.queue();
            if let Some(next) = queue.wake_due() {
                self.set(next);
            }
        }
    }

    /// Rings at `instant`; an earlier setting is replaced. Called with the queue locked, so that the earliest one wins.
    fn set(&self, instant: Instant) {
        // Zero would switch it off.
        let left = instant.saturating_duration_since(Instant::now()).as_nanos().max(1);
        let it_value = Timespec { tv_sec: (left / 1_000_000_000) as i64, tv_nsec: (left % 1_000_000_000) as _ };
        let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 };
        let set =
            timerfd_settime(self.timer.get_ref(), TimerfdTimerFlags::empty(), &Itimerspec { it_interval, it_value });
        debug_assert!(set.is_ok(), "a relative time in range is never refused");
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
