//! The order of slices, read from a log of what the servers saw.

use super::{Reply, Server, millis};
use crate::{Driver, Mix, Protocol, Request, Schedule, SliceOptions};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A request that came to an arm (true) or left it.
type Event = (usize, bool, Instant);

#[tokio::test(flavor = "multi_thread")]
async fn slices_reach_the_arms_in_the_planned_order_and_never_overlap() {
    let log: Arc<Mutex<Vec<Event>>> = Arc::default();
    let arm = |arm: usize| {
        let log = log.clone();
        Server::start(move |_| {
            let log = log.clone();
            async move {
                log.lock().unwrap().push((arm, true, Instant::now()));
                // Longer than the gap between requests, so that the last of a slice are still on their way at its end.
                tokio::time::sleep(millis(30)).await;
                log.lock().unwrap().push((arm, false, Instant::now()));
                Reply::ok("done")
            }
        })
    };
    let arms = [arm(0).await, arm(1).await, arm(2).await];
    let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
    let driver = Driver::new(Protocol::Http1).unwrap();
    let order: Vec<usize> = stats::order(3, 2, 5).into_iter().flatten().collect();
    for (slice, arm) in order.iter().enumerate() {
        let schedule = Schedule::poisson(200.0, millis(100), &mix, slice as u64 / 2);
        let result = driver.slice(&arms[*arm].base(), &mix, &schedule, SliceOptions::default()).await;
        assert!(result.errors == 0 && result.offered > 0, "{:?}", result.error_kinds);
    }

    let log = log.lock().unwrap();
    let mut seen: Vec<usize> = Vec::new();
    let (mut in_flight, mut last) = (0, log[0].2);
    for (arm, came, at) in log.iter() {
        // A slice begins where the arm changes or, for two slices of one arm in a row, after the wash-out.
        let quiet = at.duration_since(last);
        if seen.last() != Some(arm) || (*came && in_flight == 0 && quiet > Duration::from_millis(20)) {
            assert_eq!(in_flight, 0, "arm {arm} is asked while another request is on its way: {seen:?}");
            assert!(seen.is_empty() || quiet >= millis(20), "the wash-out lasted only {quiet:?}");
            seen.push(*arm);
        }
        in_flight += if *came { 1 } else { -1 };
        last = *at;
    }
    seen.dedup();
    let mut planned = order;
    planned.dedup();
    assert_eq!((seen, in_flight), (planned, 0));
}
