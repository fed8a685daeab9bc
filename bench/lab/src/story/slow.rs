//! The p95 of every stage from few requests: only the slow ones are sent, those that the p95 of the whole mix is made of.
//!
//! With 15 % of slow requests the p95 of all is the quantile 1 − 0.05/0.15 of the slow ones: somewhat above their median, where
//! two dozen requests are enough. The p95 of the mix itself would take ten times as many.

use super::p95::{harrell_davis, samples};
use crate::arms::{Arm, Shop};
use crate::exercise::{Exercise, StorySpec};
use crate::exit::Failure;
use crate::pipeline::{Bench, TraceSlice};
use load::{Mix, SliceOptions};
use std::time::Duration;

/// The slow requests of a load.
pub(super) struct Slow {
    mix: Mix,
    /// The quantile of theirs that is the p95 of all.
    quantile: f64,
}

impl Slow {
    /// # Errors
    /// Exit 2 where the story names a request that the load does not have.
    pub(super) fn of(exercise: &Exercise, story: &StorySpec, shop: &Shop) -> Result<Self, Failure> {
        let templates = &exercise.load.requests;
        let Some(place) = story.slow_request else {
            return Ok(Self { mix: shop.mix(exercise, 0)?, quantile: 0.95 });
        };
        let slow = templates.get(place).ok_or_else(|| {
            Failure::usage(format!("{}: story.slow_request is {place}, and the load has no such request", exercise.id))
        })?;
        let share = slow.weight / templates.iter().map(|template| template.weight).sum::<f64>();
        Ok(Self {
            mix: shop.mix_of(exercise, std::slice::from_ref(slow), 0)?,
            quantile: (1.0 - 0.05 / share).clamp(0.1, 0.95),
        })
    }

    /// Milliseconds, stage by stage. Each stage is driven twice, in an order that its mirror balances, as in a round.
    ///
    /// # Errors
    /// Exit 3 when requests fail or a service ends; exit 4 when none was measured.
    pub(super) async fn p95_ms(&self, bench: &Bench<'_>, shop: &Shop, slice: TraceSlice) -> Result<Vec<f64>, Failure> {
        let options = SliceOptions { drop_first: Duration::ZERO, ..SliceOptions::default() };
        let mut found = vec![Vec::new(); shop.arms.len()];
        for place in stats::order(shop.arms.len(), 1, slice.seed).concat() {
            let arm: &Arm = &shop.arms[place];
            let schedule = slice.arrivals.schedule(slice.rate_rps, slice.length, &self.mix, slice.seed);
            let result = bench.driver.slice(arm.base(), &self.mix, &schedule, options).await;
            bench.tell_slice(&arm.spec.name, "warmup", (1, 2), &result);
            arm.check()?;
            if result.errors > 0 {
                let message = format!("{} of {} requests to {} failed", result.errors, result.offered, arm.spec.name);
                return Err(
                    Failure::unfit(message).remedy(format!("the services' logs are in {}", bench.logs.display()))
                );
            }
            found[place].push(result.latency);
        }
        let quantile = |slices: &Vec<_>| harrell_davis(&samples(slices), self.quantile);
        found.iter().map(quantile).collect::<Option<Vec<f64>>>().ok_or_else(|| {
            Failure::inconclusive("no request was measured while calibrating".to_owned())
                .remedy("a quieter machine helps; `cargo lab doctor` says what is busy")
        })
    }
}
