//! What is measured of arms that answered alike at first, in this order: counts, changes, the second size, phases, latency, and
//! once more behaviour and effects; then the verdict. An arm that answers differently at any time ends there.

mod counts;
mod ending;
mod latency;
mod phases;

use super::changes::Changes;
use super::claims::Claims;
use super::effects::Books;
use super::refusal::Answering;
use super::refused::refused;
use super::start::lanes;
use super::warm_up::warm_up_scope;
use super::{Bench, Comparison, Difference, Plan, Scope};
use crate::arms::Shop;
use crate::exercise::Exercise;
use crate::exit::Failure;
use load::Mix;

/// The arms of a comparison, and how far it has come.
pub(super) struct Trial<'a> {
    bench: &'a Bench<'a>,
    exercise: &'a Exercise,
    scope: Scope,
    /// The arms.
    pub shop: Shop,
    /// What was found so far.
    pub comparison: Comparison,
    answering: Answering,
    /// What is still to be measured of each arm.
    claims: Vec<Claims>,
    changes: Changes<'a>,
    /// Kept where the exercise has orders.
    books: Option<Books>,
}

impl<'a> Trial<'a> {
    /// After the first asking.
    pub fn of(
        bench: &'a Bench<'a>,
        exercise: &'a Exercise,
        (shop, books): (Shop, Option<Books>),
        scope: Scope,
        comparison: Comparison,
    ) -> Self {
        let answering = Answering::of(&comparison);
        let claims = comparison.names.iter().map(|name| Claims::of(exercise, name, scope)).collect();
        let changes = Changes::of(bench, exercise, exercise.load.seed);
        Self { bench, exercise, scope, shop, comparison, answering, claims, changes, books }
    }

    /// Measures, and judges what there is to judge.
    ///
    /// # Errors
    /// Those of the parts: exit 2, 3 or 4.
    pub async fn evidence(&mut self) -> Result<(), Failure> {
        if self.answering.is_over() {
            return Ok(());
        }
        let mix = self.shop.mix(self.exercise, 0)?;
        self.counts(&mix).await?;
        if !self.answering.is_over() {
            let late = self.changes.in_mid_run(&self.shop, &self.answering.alive).await?;
            self.refuse(late).await;
            self.warm_again(&mix).await?;
        }
        let scaling = self.second_size().await?;
        self.end_refused(0).await?;
        self.phases().await?;
        self.latency(&mix, scaling.as_ref()).await?;
        if let Some(scaling) = scaling {
            scaling.stop(self.bench).await;
        }
        self.ending().await?;
        if self.comparison.candidates.iter().all(|candidate| candidate.difference.is_some()) {
            if self.comparison.latency.is_none() {
                // As after a behaviour that differs at once: what was counted of a wrong answer is no evidence.
                self.comparison.counted.clear();
            }
            return Ok(());
        }
        self.judge()
    }

    /// A change may empty caches that a phase without a dependency relies on: what was kept before is to be kept again.
    async fn warm_again(&self, mix: &Mix) -> Result<(), Failure> {
        let cut = self.exercise.phase.iter().any(|phase| !phase.cut.is_empty());
        if cut && !self.exercise.change.is_empty() && !self.answering.is_over() {
            let lanes = lanes(&self.shop, &self.answering.alive, mix);
            warm_up_scope(self.bench, &lanes, self.plan(), self.scope).await?;
        }
        Ok(())
    }

    fn plan(&self) -> Plan {
        Plan::of(&self.exercise.load)
    }

    /// Ends the arms that differ; one entry an arm.
    async fn refuse(&mut self, found: Vec<Option<Difference>>) {
        let found = found.into_iter().enumerate();
        self.answering.refuse(&mut self.shop, &mut self.comparison, found).await;
    }

    /// Where every arm must be refused: ends those that have been by now, by an answer or by a target. So many phases are over.
    ///
    /// # Errors
    /// Exit 2 for a target nobody counts.
    async fn end_refused(&mut self, phases: usize) -> Result<(), Failure> {
        if self.scope != Scope::Refused || self.comparison.counted.is_empty() {
            return Ok(());
        }
        for arm in refused(self.exercise, phases, &self.comparison, &mut self.claims)? {
            if self.answering.alive[arm] {
                self.answering.alive[arm] = false;
                self.shop.retire(arm).await;
            }
        }
        Ok(())
    }
}
