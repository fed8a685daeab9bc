//! Counts of all arms, at the exercise's first size and, where it has two, at its second.

use super::Trial;
use crate::exit::Failure;
use crate::pipeline::counts::traced;
use crate::pipeline::growth::Scaling;
use crate::pipeline::refusal::{differences, slices};
use crate::pipeline::start::lanes;
use crate::pipeline::together::count_alive;
use crate::pipeline::under_load::Statuses;
use crate::pipeline::warm_up::warm_up_scope;
use crate::pipeline::{Depth, Scope, reconcile, rows};
use load::Mix;

impl Trial<'_> {
    /// Warms up, counts, holds the spans against what passed outside, and compares the answers.
    ///
    /// # Errors
    /// Those of counting.
    pub(super) async fn counts(&mut self, mix: &Mix) -> Result<(), Failure> {
        let (bench, exercise, plan) = (self.bench, self.exercise, self.plan());
        let mut rows = vec![None; self.shop.arms.len()];
        if rows::wanted(exercise) {
            bench.step("counts: rows examined");
            let slice = traced(exercise);
            for arm in self.answering.arms() {
                rows[arm] = Some(rows::rows_examined(bench, exercise, &mut self.shop, arm, mix, slice).await?);
            }
        }
        let unsteady = warm_up_scope(bench, &lanes(&self.shop, &self.answering.alive, mix), plan, self.scope).await?;
        if !unsteady.is_empty() && self.scope == Scope::Depth(Depth::Measure) {
            self.comparison.remarks.push(format!("not steady after the warm-up: {}", unsteady.join(", ")));
        }
        bench.step("counts: traced requests");
        let arms = (&self.shop.arms[..], &self.answering.alive[..]);
        self.comparison.counted = count_alive(bench, exercise, arms, mix, self.scope).await?;
        let remarks = reconcile(&self.comparison.names, &mut self.comparison.counted);
        self.comparison.remarks.extend(remarks);
        for (counted, rows) in self.comparison.counted.iter_mut().zip(rows) {
            counted.counts.extend(rows.map(|rows| (rows::ROWS_EXAMINED.to_owned(), rows)));
        }
        let counted = self.comparison.counted.iter_mut();
        let answers: Vec<_> = counted.map(|counted| std::mem::take(&mut counted.answers)).collect();
        let asked = (mix, exercise.load.requests.as_slice());
        let when = |_| "the counts".to_owned();
        let pairs = &mut self.comparison.compared;
        let found = differences(asked, &slices(&answers), Statuses::Compared, when, pairs);
        self.answering.refuse(&mut self.shop, &mut self.comparison, found).await;
        Ok(())
    }

    /// The shop of the second size, counted too; `None` where there is none, or nothing left to compare.
    ///
    /// # Errors
    /// Those of starting and counting.
    pub(super) async fn second_size(&mut self) -> Result<Option<Scaling>, Failure> {
        if self.answering.is_over() {
            return Ok(None);
        }
        let alive = (&self.answering.alive[..], self.scope);
        let scaling = Scaling::of(self.bench, self.exercise, &self.shop, alive, &mut self.comparison).await?;
        if let Some(scaling) = &scaling {
            let asked = (&scaling.mix, self.exercise.load.requests.as_slice());
            let when = |_| "the counts at the second size".to_owned();
            let pairs = &mut self.comparison.compared;
            let found = differences(asked, &slices(&scaling.answers), Statuses::Compared, when, pairs);
            self.answering.refuse(&mut self.shop, &mut self.comparison, found).await;
        }
        Ok(scaling)
    }
}
