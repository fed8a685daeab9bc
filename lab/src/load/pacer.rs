//! The pacing thread: sleeps to each scheduled instant and hands the arrival to the runtime.
//!
//! A thread of its own because async timers round to a millisecond: measured at 500/s, a tokio ticker was 0.8 ms late at
//! p50, a sleeping thread 0.03 ms (MEASURING.md). Sleeping again until the instant has passed keeps early wake-ups out.

use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;

/// Starts the thread. It sends the place of each instant (sorted) when it has come, then ends with the CPU time it used.
///
/// # Errors
/// The operating system gives no thread.
pub(super) fn spawn(instants: Vec<Instant>, due: UnboundedSender<usize>) -> std::io::Result<JoinHandle<Duration>> {
    thread::Builder::new().name("load-pacer".to_owned()).spawn(move || {
        wake_without_slack();
        for (place, instant) in instants.into_iter().enumerate() {
            sleep_until(instant);
            if due.send(place).is_err() {
                break;
            }
        }
        thread_cpu_time()
    })
}

fn sleep_until(instant: Instant) {
    loop {
        let left = instant.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        thread::sleep(left);
    }
}

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

#[cfg(test)]
mod tests {
    use super::spawn;
    use std::time::{Duration, Instant};

    #[test]
    fn every_instant_is_handed_over_in_order_and_none_early() {
        let start = Instant::now();
        let instants: Vec<Instant> = (0..50).map(|i| start + Duration::from_micros(700 * i)).collect();
        let (due, mut arrived) = tokio::sync::mpsc::unbounded_channel();
        let pacer = spawn(instants.clone(), due).unwrap();
        let mut late = Vec::new();
        while let Some(place) = arrived.blocking_recv() {
            late.push(Instant::now().checked_duration_since(instants[place]).expect("not before its time"));
            assert_eq!(late.len(), place + 1);
        }
        assert_eq!(late.len(), 50);
        late.sort();
        assert!(late[25] < Duration::from_millis(5), "median lateness {:?}", late[25]);
        assert!(pacer.join().unwrap() < Duration::from_millis(35));
    }

    #[test]
    fn a_driver_that_went_away_ends_the_thread() {
        let (due, arrived) = tokio::sync::mpsc::unbounded_channel();
        drop(arrived);
        let instants = (0..1000).map(|i| Instant::now() + Duration::from_millis(10 * i)).collect();
        let began = Instant::now();
        spawn(instants, due).unwrap().join().unwrap();
        assert!(began.elapsed() < Duration::from_secs(1));
    }
}
