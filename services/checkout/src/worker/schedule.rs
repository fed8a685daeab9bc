//! When a message that failed is tried again: later each time, and not all of them at once.

use crate::broker::RETRY_STEPS;
use backon::{BackoffBuilder as _, ExponentialBuilder};
use std::time::Duration;

/// How often, and after how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    /// `WORKER_RETRIES`.
    pub(super) retries: u32,
    /// `WORKER_RETRY_MS`: before the first retry.
    pub(super) first: Duration,
}

impl Schedule {
    /// Before retry number `retry`, counted from 1: twice as long each time for [`RETRY_STEPS`] steps, then always as long as
    /// the last. Up to twice that, at random: what failed together must not come back together.
    ///
    /// Also the step, from 0.
    pub(super) fn delay(self, retry: u32) -> (usize, Duration) {
        let step = retry.clamp(1, RETRY_STEPS) as usize - 1;
        let delays = ExponentialBuilder::new().with_min_delay(self.first).with_factor(2.0).without_max_delay();
        let delay = delays.without_max_times().with_jitter().build().nth(step);
        (step, delay.unwrap_or(self.first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delays_double_up_to_a_limit_and_differ() {
        let schedule = Schedule { retries: 10, first: Duration::from_secs(5) };
        for (retry, least) in [(0, 5), (1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 160), (1_000, 160)] {
            for _ in 0..100 {
                let (step, delay) = schedule.delay(retry);
                assert!(step < RETRY_STEPS as usize, "{retry}");
                assert!((least..=2 * least).contains(&delay.as_secs()), "{retry}: {delay:?}");
            }
        }
        let (_, first) = schedule.delay(1);
        assert!((0..100).any(|_| schedule.delay(1).1 != first), "what failed together comes back together");
    }

    #[test]
    fn the_default_outlives_a_restart_of_any_dependency() {
        let schedule = Schedule { retries: 10, first: Duration::from_secs(5) };
        let least: Duration = (1..=schedule.retries).map(|retry| schedule.delay(retry).1).sum();
        assert!(least > Duration::from_secs(15 * 60), "{least:?}");
    }
}
