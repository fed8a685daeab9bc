//! An alarm that rings within some ten microseconds of its instant, on an async runtime whose own timers round to a
//! millisecond (measured at 500/s, a tokio ticker was 0.8 ms late at p50).

#[cfg(not(target_os = "linux"))]
pub(crate) use thread::Alarm;
#[cfg(target_os = "linux")]
pub(crate) use timerfd::Alarm;

impl Alarm {
    /// Returns when `instant` has come, at once if it is past; it sets the alarm, so one task at a time may wait.
    pub(crate) async fn until(&self, instant: std::time::Instant) {
        // A ring of an earlier setting may still be under way.
        while std::time::Instant::now() < instant {
            self.set(instant);
            self.rung().await;
        }
    }
}

#[cfg(target_os = "linux")]
mod timerfd {
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
    };
    use std::io;
    use std::os::fd::OwnedFd;
    use std::time::Instant;
    use tokio::io::{Interest, unix::AsyncFd};

    /// A timerfd in the runtime's poller, which wakes for it like for a socket.
    pub(crate) struct Alarm(AsyncFd<OwnedFd>);

    impl Alarm {
        /// # Errors
        /// The operating system gives no timer. Must be called within a runtime.
        #[allow(
            deprecated,
            reason = "deprecated for descriptors nobody owns; this one is owned, and the heir is unsafe"
        )]
        pub(crate) fn new() -> io::Result<Self> {
            let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
            Ok(Self(AsyncFd::with_interest(timer, Interest::READABLE)?))
        }

        /// Rings at `instant`; an earlier setting is replaced.
        pub(crate) fn set(&self, instant: Instant) {
            // Zero would switch it off.
            let left = instant.saturating_duration_since(Instant::now()).as_nanos().max(1);
            let it_value = Timespec { tv_sec: (left / 1_000_000_000) as i64, tv_nsec: (left % 1_000_000_000) as _ };
            let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 };
            let set =
                timerfd_settime(self.0.get_ref(), TimerfdTimerFlags::empty(), &Itimerspec { it_interval, it_value });
            debug_assert!(set.is_ok(), "a relative time in range is never refused");
        }

        /// Returns when it has rung.
        pub(crate) async fn rung(&self) {
            let Ok(mut ready) = self.0.readable().await else { return std::future::pending().await };
            // The poller is edge-triggered and setting the timer again resets it, so reading it would be a system call
            // for nothing.
            ready.clear_ready();
        }
    }
}

#[cfg(any(test, not(target_os = "linux")))]
mod thread {
    use std::io;
    use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
    use std::time::Instant;
    use tokio::sync::Notify;

    /// A thread that sleeps, where there is no timerfd: a wake-up and a hand-over more for each ring.
    pub(crate) struct Alarm(Arc<Shared>);

    #[derive(Default)]
    struct Shared {
        setting: Mutex<Setting>,
        changed: Condvar,
        rung: Notify,
    }

    #[derive(Default)]
    struct Setting {
        at: Option<Instant>,
        /// Nobody is left to hear it.
        dropped: bool,
    }

    impl Alarm {
        /// # Errors
        /// The operating system gives no thread.
        pub(crate) fn new() -> io::Result<Self> {
            let shared = Arc::new(Shared::default());
            let sleeper = shared.clone();
            std::thread::Builder::new().name("alarm".to_owned()).spawn(move || sleeper.ring())?;
            Ok(Self(shared))
        }

        /// Rings at `instant`; an earlier setting is replaced.
        pub(crate) fn set(&self, instant: Instant) {
            self.0.setting().at = Some(instant);
            self.0.changed.notify_one();
        }

        /// Returns when it has rung.
        pub(crate) async fn rung(&self) {
            self.0.rung.notified().await;
        }
    }

    impl Drop for Alarm {
        fn drop(&mut self) {
            self.0.setting().dropped = true;
            self.0.changed.notify_one();
        }
    }

    impl Shared {
        fn setting(&self) -> MutexGuard<'_, Setting> {
            self.setting.lock().unwrap_or_else(PoisonError::into_inner)
        }

        /// Rings until the alarm is dropped.
        fn ring(&self) {
            let mut setting = self.setting();
            while !setting.dropped {
                let left = setting.at.map(|at| at.saturating_duration_since(Instant::now()));
                setting = match left {
                    None => self.changed.wait(setting).unwrap_or_else(PoisonError::into_inner),
                    Some(left) if left.is_zero() => {
                        setting.at = None;
                        self.rung.notify_one();
                        setting
                    }
                    Some(left) => self.changed.wait_timeout(setting, left).unwrap_or_else(PoisonError::into_inner).0,
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Alarm, thread};
    use std::time::{Duration, Instant};

    /// Both kinds go through the same: fifty instants in turn, one in the past, one replaced by an earlier.
    macro_rules! rings_in_time {
        ($name:ident, $alarm:ty, $until:expr) => {
            #[tokio::test]
            async fn $name() {
                let alarm = <$alarm>::new().unwrap();
                let start = Instant::now();
                let mut late = Vec::new();
                for i in 0..50 {
                    let instant = start + Duration::from_micros(700 * i);
                    $until(&alarm, instant).await;
                    late.push(Instant::now().checked_duration_since(instant).expect("not before its time"));
                }
                late.sort();
                assert!(late[25] < Duration::from_millis(5), "median lateness {:?}", late[25]);

                $until(&alarm, start).await;
                alarm.set(Instant::now() + Duration::from_secs(60));
                alarm.set(Instant::now() + Duration::from_millis(5));
                tokio::time::timeout(Duration::from_secs(10), alarm.rung()).await.expect("the earlier one");
            }
        };
    }

    async fn until_thread(alarm: &thread::Alarm, instant: Instant) {
        while Instant::now() < instant {
            alarm.set(instant);
            alarm.rung().await;
        }
    }

    rings_in_time!(this_systems_alarm_rings_in_time, Alarm, Alarm::until);
    rings_in_time!(a_threads_alarm_rings_in_time, thread::Alarm, until_thread);
}
