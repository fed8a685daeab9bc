//! The warm-up: every arm driven until it is steady, each in turn, before anything is timed.

use super::{Bench, Depth, Harness, Lane, Plan, Scope};
use crate::arms::Shop;
use crate::exit::Failure;
use futures_util::future::try_join_all;
use load::{Mix, SliceOptions};
use std::time::Duration;

/// Warm-up of an arm: at least this many slices, and until three medians in a row lie within [`STEADY`].
const WARM: usize = 3;
const WARM_CAP: usize = 10;
const STEADY: f64 = 1.10;
/// The longest slice of a warm-up.
const WARM_SLICE: Duration = Duration::from_millis(500);
/// The longest slice of a warm-up that no learner's latency follows.
const PROOF_WARM_SLICE: Duration = Duration::from_millis(250);

/// Drives every arm until it is steady. Returns the names of those that were not within the cap.
///
/// # Errors
/// Exit 3 when a service ends.
pub async fn warm_up(bench: &Bench<'_>, shop: &Shop, mix: &Mix, plan: Plan) -> Result<Vec<String>, Failure> {
    warm_up_lanes(bench, &Lane::of_all(&shop.arms, mix), plan).await
}

/// As [`warm_up`], of some arms with what each is asked.
///
/// # Errors
/// As [`warm_up`].
pub async fn warm_up_lanes(harness: &impl Harness, lanes: &[Lane<'_>], plan: Plan) -> Result<Vec<String>, Failure> {
    let mut unsteady = Vec::new();
    let length = plan.slice.min(WARM_SLICE);
    for Lane { arm, mix } in lanes {
        let Some(arm) = arm else { continue };
        let mut medians: Vec<f64> = Vec::new();
        for slice in 0..WARM_CAP {
            let schedule = plan.arrivals.schedule(plan.rate_rps, length, mix, plan.seed ^ (slice as u64 + 1) << 32);
            let options = SliceOptions { timeout: plan.timeout, ..SliceOptions::default() };
            let result = harness.driver().slice(arm.base(), mix, &schedule, options).await;
            harness.tell(arm.name(), "warmup", (slice + 1, WARM_CAP), &result);
            arm.check()?;
            medians.push(result.latency.value_at_quantile(0.5) as f64);
            if medians.len() >= WARM && steady(&medians[medians.len() - WARM..]) {
                break;
            }
        }
        if !steady(&medians[medians.len() - WARM..]) {
            unsteady.push(arm.name().to_owned());
        }
    }
    Ok(unsteady)
}

fn steady(medians: &[f64]) -> bool {
    let (low, high) = medians.iter().fold((f64::MAX, 0.0_f64), |(low, high), m| (low.min(*m), high.max(*m)));
    low > 0.0 && high / low <= STEADY
}

/// Drives every lane until it is steady, the names of those that were not. All at once unless a learner's latency follows:
/// what is left of one arm's warm-up must not slow another's there, while a proof's effects are far larger than that.
pub(super) async fn warm_up_scope(
    bench: &Bench<'_>,
    lanes: &[Lane<'_>],
    plan: Plan,
    scope: Scope,
) -> Result<Vec<String>, Failure> {
    if scope == Scope::Depth(Depth::Measure) {
        return warm_up_lanes(bench, lanes, plan).await;
    }
    let plan = Plan { slice: plan.slice.min(PROOF_WARM_SLICE), ..plan };
    let each = lanes.iter().map(|lane| warm_up_lanes(bench, std::slice::from_ref(lane), plan));
    Ok(try_join_all(each).await?.concat())
}

#[cfg(test)]
mod tests {
    use super::steady;

    #[test]
    fn three_medians_within_a_tenth_are_steady() {
        assert!(steady(&[10.0, 10.5, 9.8]));
        assert!(!steady(&[10.0, 12.0, 10.0]));
        assert!(!steady(&[0.0, 0.0, 0.0]));
    }
}
