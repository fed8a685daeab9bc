//! A server that stands still now and then, as one with a garbage collector or a checkpointing disk does; when, is known.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Stands still for `length` at the start of every `every`, counted on the system's monotonic clock, which all processes of a
/// machine share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stall {
    /// From the start of one to the start of the next.
    pub every: Duration,
    /// How long it lasts.
    pub length: Duration,
}

impl Stall {
    /// When an answer leaves that would have left at `due` (time of the monotonic clock): the end of the stall it falls into.
    #[must_use]
    pub fn release(&self, due: Duration) -> Duration {
        let every = self.every.as_nanos();
        let into = due.as_nanos().checked_rem(every).unwrap_or(u128::MAX);
        match self.length.as_nanos().checked_sub(into) {
            Some(left) => due + Duration::from_nanos(u64::try_from(left).unwrap_or(u64::MAX)),
            None => due,
        }
    }
}

/// One moment on both clocks. Of ten looks the one is kept between whose two readings the least time passed: on a busy machine
/// the process may lose its core just there (seen: 2.6 ms).
static SAME: LazyLock<(Instant, Duration)> = LazyLock::new(|| {
    let look = |_| {
        let (before, now) = (Instant::now(), rustix::time::clock_gettime(rustix::time::ClockId::Monotonic));
        let now = Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0));
        (before.elapsed(), (before, now))
    };
    (0..10).map(look).min_by_key(|(took, _)| *took).unwrap_or_else(|| look(0)).1
});

/// An instant as time of the monotonic clock, good to a microsecond.
#[must_use]
pub fn monotonic(instant: Instant) -> Duration {
    let (here, now) = *SAME;
    match instant.checked_duration_since(here) {
        Some(ahead) => now + ahead,
        None => now.saturating_sub(here - instant),
    }
}

#[cfg(test)]
mod tests {
    use super::{Stall, monotonic};
    use std::time::{Duration, Instant};

    const STALL: Stall = Stall { every: Duration::from_secs(5), length: Duration::from_millis(500) };

    #[test]
    fn an_answer_due_in_a_stall_leaves_at_its_end_and_any_other_when_it_is_due() {
        let ms = Duration::from_millis;
        assert_eq!(STALL.release(ms(10_200)), ms(10_500));
        assert_eq!(STALL.release(ms(10_000)), ms(10_500));
        assert_eq!(STALL.release(ms(10_500)), ms(10_500));
        assert_eq!(STALL.release(ms(13_000)), ms(13_000));
    }

    #[test]
    fn the_monotonic_clock_runs_with_instants() {
        let now = Instant::now();
        let (earlier, later) = (monotonic(now), monotonic(now + Duration::from_millis(250)));
        let off = later.abs_diff(earlier).abs_diff(Duration::from_millis(250));
        assert!(off < Duration::from_millis(1), "{off:?}");
    }
}
