//! The arms of a run, started, and the lanes they are driven in.

use super::{Bench, Lane, SystemUnderTest};
use crate::arms::{ArmSpec, Shop, ShopSpec};
use crate::exercise::{Exercise, probe};
use crate::exit::Failure;
use load::Mix;

/// The arms at the exercise's first (0) or second (1) size.
pub(super) async fn start(
    bench: &Bench<'_>,
    exercise: &Exercise,
    names: &[String],
    which: usize,
) -> Result<Shop, Failure> {
    let arms = names.iter().map(|name| ArmSpec::of(exercise, name)).collect();
    let spec = ShopSpec::of(exercise, arms, &bench.binaries, &bench.logs);
    Shop::start_sized(bench.test_bed, &bench.receiver, &bench.driver, &probe(exercise)?, spec, which).await
}

/// One lane an arm, all asked the same.
pub(super) fn lanes<'a>(shop: &'a Shop, alive: &[bool], mix: &'a Mix) -> Vec<Lane<'a>> {
    shop.arms
        .iter()
        .zip(alive)
        .map(|(arm, alive)| Lane { arm: alive.then_some(arm as &dyn SystemUnderTest), mix })
        .collect()
}
