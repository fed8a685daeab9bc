//! Asking Linux to wake a thread on time.

/// Linux groups the wake-ups of a thread within 50 µs of each other unless it asks for less; refusal only costs those.
pub fn wake_without_slack() {
    #[cfg(target_os = "linux")]
    {
        let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
    }
}
