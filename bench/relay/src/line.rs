//! One direction of a relay: when what enters it leaves at the other end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Delay, bandwidth and byte count of one direction, shared by all its connections like a cable.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Nanoseconds.
    delay: AtomicU64,
    /// Bytes a second; 0 for no limit.
    bandwidth: AtomicU64,
    /// When the last byte sent so far has left the near end; only used under a bandwidth.
    busy_until: Mutex<Option<Instant>>,
    bytes: AtomicU64,
}

impl Line {
    pub(super) fn set_delay(&self, delay: Duration) {
        self.delay.store(u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn set_bandwidth(&self, bytes_per_second: Option<u64>) {
        self.bandwidth.store(bytes_per_second.map_or(0, |bandwidth| bandwidth.max(1)), Ordering::Relaxed);
        *self.busy_until.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn delay(&self) -> Duration {
        Duration::from_nanos(self.delay.load(Ordering::Relaxed))
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// When `bytes` that came at `arrived` reach the other end. They queue behind what the line still carries, and take
    /// their own time to be clocked out; the delay comes on top once, however many chunks are on their way.
    pub(super) fn enter(&self, arrived: Instant, bytes: usize) -> Instant {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        let bandwidth = self.bandwidth.load(Ordering::Relaxed);
        let left = if bandwidth == 0 {
            arrived
        } else {
            let mut busy = self.busy_until.lock().unwrap_or_else(PoisonError::into_inner);
            let begins = busy.map_or(arrived, |until| until.max(arrived));
            let ends = begins + Duration::from_secs_f64(bytes as f64 / bandwidth as f64);
            *busy = Some(ends);
            ends
        };
        left + self.delay()
    }
}

#[cfg(test)]
mod tests {
    use super::Line;
    use std::time::{Duration, Instant};

    #[test]
    fn the_delay_comes_once_however_many_chunks_are_under_way() {
        let line = Line::default();
        line.set_delay(Duration::from_millis(5));
        let now = Instant::now();
        for chunk in 0..100_u32 {
            let arrived = now + Duration::from_micros(10) * chunk;
            assert_eq!(line.enter(arrived, 1000), arrived + Duration::from_millis(5));
        }
        assert_eq!(line.bytes(), 100_000);
    }

    #[test]
    fn chunks_queue_behind_each_other_under_a_bandwidth() {
        let line = Line::default();
        line.set_delay(Duration::from_millis(5));
        line.set_bandwidth(Some(1_000_000));
        let now = Instant::now();
        assert_eq!(line.enter(now, 10_000), now + Duration::from_millis(15));
        assert_eq!(line.enter(now, 10_000), now + Duration::from_millis(25));
        let later = now + Duration::from_secs(1);
        assert_eq!(line.enter(later, 1_000), later + Duration::from_millis(6), "an idle line has nothing to catch up");
    }
}
