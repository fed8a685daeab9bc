//! The timed slices' traffic: stretches that cover the whole of the rounds, each from an arm's slice to its next one.
//!
//! What a service does after its replies, a second later even, falls into the stretch of the requests it belongs to or into the
//! arm's next one. So nothing is gained by doing it late.

use super::{Lane, Passed};
use crate::arms::TrafficByDependency;
use std::time::Instant;

/// Open and closed stretches by lane.
pub(super) struct Tiles {
    open: Vec<Option<(TrafficByDependency, Instant, u64)>>,
    passed: Vec<Passed>,
}

impl Tiles {
    pub(super) fn new(lanes: usize) -> Self {
        Self { open: vec![None; lanes], passed: vec![Passed::default(); lanes] }
    }

    /// A slice of this lane begins: whatever stretch of the same arm is open ends. Two lanes may drive one arm.
    pub(super) fn begin(&mut self, lane: usize, lanes: &[Lane<'_>]) {
        let Some(arm) = lanes[lane].arm else { return };
        let now = arm.traffic();
        for (other, one) in lanes.iter().enumerate() {
            if one.arm.is_some_and(|one| one.base() == arm.base()) {
                self.close(other, &now);
            }
        }
        self.open[lane] = Some((now, Instant::now(), 0));
    }

    /// The slice has sent so many requests; its stretch stays open.
    pub(super) fn sent(&mut self, lane: usize, requests: u64) {
        if let Some((_, _, sent)) = &mut self.open[lane] {
            *sent += requests;
        }
    }

    /// All rounds are over: what passed, by lane.
    pub(super) fn end(mut self, lanes: &[Lane<'_>]) -> Vec<Passed> {
        for (lane, one) in lanes.iter().enumerate() {
            if let Some(arm) = one.arm.filter(|_| self.open[lane].is_some()) {
                self.close(lane, &arm.traffic());
            }
        }
        self.passed
    }

    fn close(&mut self, lane: usize, now: &TrafficByDependency) {
        if let Some((before, began, requests)) = self.open[lane].take() {
            let stretch = Passed::between(&before, now, began.elapsed().as_secs_f64(), requests);
            self.passed[lane].add(&stretch);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tiles;
    use crate::arms::TrafficByDependency;
    use crate::exit::Failure;
    use crate::pipeline::{Lane, SystemUnderTest};
    use http::Uri;
    use load::{Mix, Request};
    use relay::Traffic;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    /// A service that has sent so many statements.
    struct Service(Uri, AtomicU64);

    impl SystemUnderTest for Service {
        fn name(&self) -> &str {
            "a"
        }

        fn base(&self) -> &Uri {
            &self.0
        }

        fn cpu(&self) -> Duration {
            Duration::ZERO
        }

        fn check(&self) -> Result<(), Failure> {
            Ok(())
        }

        fn traffic(&self) -> TrafficByDependency {
            let calls = [("select 1".into(), self.1.load(Ordering::Relaxed))].into();
            [("postgres", Traffic { calls, ..Traffic::default() })].into()
        }
    }

    #[test]
    fn what_is_sent_after_a_slice_belongs_to_it_and_two_lanes_of_one_arm_are_told_apart() {
        let mix = Mix::new(vec![(1.0, Request::get("/"))]).unwrap();
        let [one, two] = ["http://a:1", "http://b:1"].map(|base| Service(base.parse().unwrap(), AtomicU64::new(7)));
        let lanes = [Some(&one), Some(&two), Some(&one), None];
        let lanes = lanes.map(|arm| Lane { arm: arm.map(|arm| arm as &dyn SystemUnderTest), mix: &mix });
        let mut tiles = Tiles::new(4);
        let mut slice = |lane: usize, service: &Service, within: u64, later: u64| {
            tiles.begin(lane, &lanes);
            service.1.fetch_add(within, Ordering::Relaxed);
            tiles.sent(lane, 10);
            service.1.fetch_add(later, Ordering::Relaxed);
        };
        slice(0, &one, 20, 1);
        slice(1, &two, 300, 0);
        slice(2, &one, 4000, 5);
        slice(0, &one, 20, 2);
        let passed = tiles.end(&lanes);
        let found: Vec<(u64, u64)> =
            passed.iter().map(|one| (one.requests, one.traffic.get("postgres").map_or(0, Traffic::total))).collect();
        assert_eq!(found, [(20, 43), (10, 300), (10, 4005), (0, 0)]);
    }
}
