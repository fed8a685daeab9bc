//! Effects reconciled: at the end of a run, over all slices and phases, what was accepted is stored, charged and delivered, once each.
//!
//! Accepted is what a 201 said, with the order's number in its `Location`; the same key again is answered with 200 and is no other
//! order. A request that was given up, or whose connection was lost, is neither accepted nor lost: if its order is stored, it must be
//! charged and delivered like any other. Charges of attempts that are still being charged (or whose process was killed meanwhile, for
//! a minute) are left out, because they are about to be kept or undone. Those that are to be undone are waited for. What a phase with a target about its losses lost is that target's.

mod found;
mod mismatch;

use super::{Bench, Difference};
use crate::arms::{Arm, Shop};
use crate::exercise::{Exercise, Phase};
use crate::exit::Failure;
use futures_util::future::try_join_all;
use mismatch::{Ranges, mismatch};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Without any more effects for this long, none will come: the outbox publishes after two seconds and looks every second, and the
/// worker tries again after five to ten.
const QUIET: Duration = Duration::from_secs(12);
/// However many effects still come.
const LONGEST: Duration = Duration::from_secs(40);
const POLL: Duration = Duration::from_millis(100);

/// The books of a run, opened before its first request.
pub(super) struct Books {
    /// The last order of the catalogue, by arm.
    first: Vec<i64>,
    ranges: Vec<Ranges>,
}

impl Books {
    /// Of a shop that takes orders; `None` for any other.
    ///
    /// # Errors
    /// Exit 3 when a database cannot be asked.
    pub async fn open(bench: &Bench<'_>, exercise: &Exercise, shop: &Shop) -> Result<Option<Self>, Failure> {
        if exercise.service != "checkout" || shop.arms.iter().any(|arm| arm.partners.is_none()) {
            return Ok(None);
        }
        // An address may have been another arm's in an earlier run of this process.
        shop.arms.iter().for_each(|arm| drop(bench.driver.take_created(arm.base())));
        let first = last_orders(shop.arms.iter()).await?;
        let ranges = vec![Ranges::default(); first.len()];
        Ok(Some(Self { first, ranges }))
    }

    /// Before a phase: the last order of each arm that goes through it.
    ///
    /// # Errors
    /// As [`Books::open`].
    pub async fn before(&self, shop: &Shop, places: &[usize]) -> Result<Vec<i64>, Failure> {
        last_orders(places.iter().map(|place| &shop.arms[*place])).await
    }

    /// After a phase that began at these orders.
    ///
    /// # Errors
    /// As [`Books::open`].
    pub async fn after(
        &mut self,
        (exercise, phase): (&Exercise, &Phase),
        shop: &Shop,
        places: &[usize],
        before: Vec<i64>,
    ) -> Result<(), Failure> {
        let after = self.before(shop, places).await?;
        let lost = format!("{}.lost", phase.name);
        let judged = phase.drained.is_some() && exercise.target.iter().any(|target| target.name == lost);
        for ((place, before), after) in places.iter().zip(before).zip(after) {
            let ranges = &mut self.ranges[*place];
            ranges.judged_elsewhere.extend(judged.then_some(before + 1..=after));
            ranges.killed_after = if phase.kill { Some(after) } else { ranges.killed_after };
        }
        Ok(())
    }

    /// Compares the books of these arms, once everything that is under way has ended.
    ///
    /// # Errors
    /// Exit 3 when a database or the partners cannot be asked.
    pub async fn settle(
        &self,
        bench: &Bench<'_>,
        shop: &Shop,
        asked: &[bool],
    ) -> Result<Vec<Option<Difference>>, Failure> {
        bench.step("effects: accepted, stored, charged, delivered");
        let settled = shop.arms.iter().enumerate().map(async |(place, arm)| match asked[place] {
            true => settled(bench, arm, self.first[place], &self.ranges[place]).await,
            false => Ok(None),
        });
        let settled = try_join_all(settled).await?;
        match settled.first() {
            Some(Some(wrong)) => Err(Failure::unfit(format!(
                "{}: {}: the exercise or the service is broken",
                shop.arms[0].spec.name, wrong.case
            ))),
            _ => Ok(settled),
        }
    }
}

async fn settled(bench: &Bench<'_>, arm: &Arm, first: i64, ranges: &Ranges) -> Result<Option<Difference>, Failure> {
    let accepted: BTreeSet<i64> = found::accepted(&bench.driver, arm);
    let begin = Instant::now();
    let (mut last, mut since) = (found::Found::default(), Instant::now());
    loop {
        let found = found::found(&bench.driver, arm, first, &accepted).await?;
        let Some(difference) = mismatch(&found, ranges) else { return Ok(None) };
        if found != last {
            (last, since) = (found, Instant::now());
        }
        if since.elapsed() > QUIET || begin.elapsed() > LONGEST {
            return Ok(Some(difference));
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn last_orders<'a>(arms: impl Iterator<Item = &'a Arm>) -> Result<Vec<i64>, Failure> {
    try_join_all(arms.map(|arm| found::last_order(&arm.database))).await
}
