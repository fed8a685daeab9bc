//! The end of a run: what was changed long ago must be seen, the cases are asked once more, the books must agree; then the verdict.

use super::Trial;
use crate::exit::Failure;
use crate::pipeline::{Scope, mde, ratios};
use crate::verdict::Evidence;

impl Trial<'_> {
    /// Ends the arms that answer differently now, or whose orders do not agree with their effects.
    ///
    /// # Errors
    /// Those of asking.
    pub(super) async fn ending(&mut self) -> Result<(), Failure> {
        if self.answering.is_over() {
            return Ok(());
        }
        let late = self.changes.at_the_end(&self.shop, &self.answering.alive).await?;
        self.refuse(late).await;
        self.ask_again("after the last slice").await?;
        if let Some(books) = self.books.as_ref().filter(|_| !self.answering.is_over()) {
            // The baseline's own books are an author's business: a learner need not wait until its outbox is empty.
            let own = self.scope == Scope::Claimed;
            let alive = self.answering.alive.iter().enumerate();
            let asked: Vec<bool> = alive.map(|(arm, alive)| *alive && (arm > 0 || own)).collect();
            let wrong = books.settle(self.bench, &self.shop, &asked).await?;
            self.refuse(wrong).await;
        }
        Ok(())
    }

    /// Judges every candidate that answered alike to the end, or that was ended by a target.
    ///
    /// # Errors
    /// Exit 2 for a target nobody counts.
    pub(super) fn judge(&mut self) -> Result<(), Failure> {
        let (bench, exercise, claims) = (self.bench, self.exercise, &self.claims);
        let comparison = &mut self.comparison;
        for candidate in comparison.candidates.iter_mut().filter(|candidate| candidate.difference.is_none()) {
            let claims = &claims[candidate.arm];
            if let Some(latency) = comparison.latency.as_ref().filter(|_| claims.timed) {
                let (baseline, arm) = (&latency.arms[0], &latency.arms[candidate.arm]);
                candidate.ratios = ratios(baseline, arm);
                candidate.ratios.extend(comparison.growth.get(candidate.arm).cloned().unwrap_or_default());
                candidate.mde = Some(mde(baseline, arm, 0.95));
            }
            let timed = claims.timed && comparison.latency.is_some();
            let evidence = Evidence {
                baseline: &comparison.counted[0].counts,
                candidate: &comparison.counted[candidate.arm].counts,
                ratios: timed.then_some(&candidate.ratios),
            };
            candidate.judged = claims.judge(exercise, &evidence)?;
            bench.tell_targets(&candidate.judged);
        }
        Ok(())
    }
}
