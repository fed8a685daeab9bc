//! What the driver asks of the thread it runs on: to be woken on time, and what it has cost.

use std::time::Duration;

/// Linux groups the wake-ups of a thread within 50 µs of each other unless it asks for less; refusal only costs those.
pub(crate) fn wake_without_slack() {
    #[cfg(target_os = "linux")]
    {
        let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
    }
}

/// CPU time of the calling thread so far.
pub(crate) fn thread_cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}
