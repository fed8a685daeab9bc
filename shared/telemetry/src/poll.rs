//! The longest single poll of a request: how long it kept a worker thread before it gave it back.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    time::{Duration, Instant},
};

/// Runs `work`; beside its output, how long the longest of its polls took. Two readings of the clock a poll, 50 ns together.
pub(crate) async fn longest<F: Future>(work: F) -> (F::Output, Duration) {
    let mut work = pin!(work);
    let mut longest = Duration::ZERO;
    let output = poll_fn(|context| {
        let begun = Instant::now();
        let polled = work.as_mut().poll(context);
        longest = longest.max(begun.elapsed());
        polled
    })
    .await;
    (output, longest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::{Context, Poll, Waker};

    /// Keeps the thread for each of these times in turn, and yields between them.
    async fn busy(times: &[Duration]) {
        for time in times {
            let begun = Instant::now();
            while begun.elapsed() < *time {
                std::hint::spin_loop();
            }
            let mut yielded = false;
            poll_fn(|_| if std::mem::replace(&mut yielded, true) { Poll::Ready(()) } else { Poll::Pending }).await;
        }
    }

    #[test]
    fn the_longest_poll_counts_and_not_their_sum_nor_the_time_between_them() {
        let times = [1, 8, 1, 1].map(Duration::from_millis);
        let mut work = pin!(longest(busy(&times)));
        let mut context = Context::from_waker(Waker::noop());
        let begun = Instant::now();
        let longest = loop {
            if let Poll::Ready(((), longest)) = work.as_mut().poll(&mut context) {
                break longest;
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        assert!(longest >= times[1] && longest + Duration::from_millis(40) < begun.elapsed(), "{longest:?}");
    }
}
