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
