//! What every run does with its arms before and after it looks at them: warming up, and ending.

use super::comparison::Extent;
use super::{Bench, Depth, Lane, Plan, warm_up_lanes};
use crate::arms::Shop;
use crate::exit::Failure;
use futures_util::future::{join_all, try_join_all};
use std::time::Duration;

/// The longest slice of a warm-up that no learner's latency follows.
const PROOF_WARM_SLICE: Duration = Duration::from_millis(250);

/// Drives every lane until it is steady, the names of those that were not. All at once unless a learner's latency follows:
/// what is left of one arm's warm-up must not slow another's there, while a proof's effects are far larger than that.
pub(super) async fn warm_up(
    bench: &Bench<'_>,
    lanes: &[Lane<'_>],
    plan: Plan,
    extent: Extent,
) -> Result<Vec<String>, Failure> {
    if extent == Extent::Depth(Depth::Measure) {
        return warm_up_lanes(bench, lanes, plan).await;
    }
    let plan = Plan { slice: plan.slice.min(PROOF_WARM_SLICE), ..plan };
    let each = lanes.iter().map(|lane| warm_up_lanes(bench, std::slice::from_ref(lane), plan));
    Ok(try_join_all(each).await?.concat())
}

/// Ends a shop and drops its databases: a series of runs must not fill the disk.
pub(super) async fn stop(bench: &Bench<'_>, shop: Shop) {
    let databases: Vec<String> = shop.arms.iter().map(|arm| arm.database.clone()).collect();
    shop.stop().await;
    join_all(databases.iter().map(|database| bench.ground.give_back(database))).await;
}
