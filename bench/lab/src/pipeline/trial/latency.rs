//! The interleaved rounds, at both sizes where an exercise times both; and the answers that were kept of them, compared.

use super::Trial;
use crate::exit::Failure;
use crate::pipeline::growth::{self, Scaling};
use crate::pipeline::outside::compare_timed;
use crate::pipeline::refusal::{differences, slices};
use crate::pipeline::start::lanes;
use crate::pipeline::under_load::Statuses;
use crate::pipeline::warm_up::warm_up_scope;
use crate::pipeline::{Latency, interleave_lanes, placebo, remark, remark_twins};
use load::Mix;

impl Trial<'_> {
    /// Times the arms whose claims need it, as long as there is something to compare.
    ///
    /// # Errors
    /// Exit 3 when a service ends; exit 4 when too few rounds can be used.
    pub(super) async fn latency(&mut self, mix: &Mix, scaling: Option<&Scaling>) -> Result<(), Failure> {
        let timed = self.timed_arms();
        if !timed[0] {
            return Ok(());
        }
        let (bench, exercise, plan) = (self.bench, self.exercise, self.plan());
        if exercise.phase.iter().any(|phase| phase.kill || !phase.cut.is_empty()) {
            warm_up_scope(bench, &lanes(&self.shop, &timed, mix), plan, self.scope).await?;
        }
        let second = scaling.filter(|_| growth::is_timed(exercise));
        let mut all = lanes(&self.shop, &timed, mix);
        all.extend(second.map(|one| lanes(one.shop(&self.shop), &timed, &one.mix)).unwrap_or_default());
        let mut latency = interleave_lanes(bench, &all, plan).await?;
        drop(all);
        self.compare_answers(mix, scaling, &mut latency).await;
        let at_second = latency.arms.split_off(self.shop.arms.len());
        for (first, second) in latency.arms.iter().zip(&at_second) {
            self.comparison.growth.push(growth::of(first, second));
        }
        let comparison = &mut self.comparison;
        let counted = comparison.counted.iter_mut().zip(&latency.arms).zip(&timed).filter(|(_, timed)| **timed);
        for ((counted, arm), _) in counted {
            counted.counts.insert("cpu_ms_per_request".to_owned(), arm.cpu_ms);
        }
        let remarks = compare_timed(&comparison.names, &mut comparison.counted, &latency);
        comparison.remarks.extend(remarks);
        comparison.placebo = placebo(&latency);
        remark(&latency, comparison.placebo, &mut comparison.remarks);
        remark_twins(&latency, &comparison.names, &mut comparison.remarks);
        comparison.latency = Some(latency);
        Ok(())
    }

    /// The arms that are timed; none where there is nothing to compare.
    pub(super) fn timed_arms(&self) -> Vec<bool> {
        let over = self.answering.is_over();
        self.answering.alive.iter().zip(&self.claims).map(|(alive, claims)| *alive && claims.timed && !over).collect()
    }

    async fn compare_answers(&mut self, mix: &Mix, scaling: Option<&Scaling>, latency: &mut Latency) {
        let mut answers = std::mem::take(&mut latency.answers);
        let at_second = answers.split_off(self.shop.arms.len());
        let templates = self.exercise.load.requests.as_slice();
        let when = |slice: usize| format!("latency slice {} (round {})", slice + 1, slice / 2 + 1);
        let pairs = &mut self.comparison.compared;
        let mut found = differences((mix, templates), &slices(&answers), Statuses::Compared, when, pairs);
        if let Some(scaling) = scaling {
            let asked = (&scaling.mix, templates);
            found.extend(differences(asked, &slices(&at_second), Statuses::Compared, when, pairs));
        }
        self.answering.refuse(&mut self.shop, &mut self.comparison, found).await;
    }
}
