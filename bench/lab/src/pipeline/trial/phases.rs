//! All phases of an exercise, one after the other. After each the arms' answers are compared, what the phase changed must be seen,
//! and the cases are asked again.

use super::Trial;
use crate::exercise::Phase;
use crate::exit::Failure;
use crate::pipeline::refusal::{differences, slices};
use crate::pipeline::run_phase;
use crate::pipeline::together::phase_together;
use crate::pipeline::under_load::Statuses;
use load::KeptAnswer;

impl Trial<'_> {
    /// Runs the phases that the arms' claims need, as long as there is something to compare.
    ///
    /// # Errors
    /// Those of the phases and of asking.
    pub(super) async fn phases(&mut self) -> Result<(), Failure> {
        for (number, phase) in self.exercise.phase.iter().enumerate() {
            if self.answering.is_over() {
                break;
            }
            let places: Vec<usize> = self.answering.arms().filter(|arm| self.claims[*arm].phases[number]).collect();
            let answers = self.driven(number, phase, &places).await?;
            let templates = phase.requests.as_ref().unwrap_or(&self.exercise.load.requests);
            let mix = self.shop.mix_of(self.exercise, templates, 0)?;
            let when = |process| match process {
                0 => format!("the phase {}", phase.name),
                _ => format!("the phase {}, of a second process", phase.name),
            };
            let pairs = &mut self.comparison.compared;
            let found = differences((&mix, templates.as_slice()), &slices(&answers), Statuses::Free, when, pairs);
            self.answering.refuse(&mut self.shop, &mut self.comparison, found).await;

            let through: Vec<bool> =
                (0..self.shop.arms.len()).map(|arm| places.contains(&arm) && self.answering.alive[arm]).collect();
            if through[0] && !self.answering.is_over() {
                let late = self.changes.after_phase(&phase.name, &self.shop, &through).await?;
                self.refuse(late).await;
            }
            // Every arm that is still measured is asked again, whether it went through the phase or not: otherwise the cases that
            // change data would have been asked unlike often.
            self.ask_again(&format!("after the phase {}", phase.name)).await?;
            self.end_refused(number + 1).await?;
        }
        Ok(())
    }

    /// Drives the arms at these places, and keeps what it found of them; the answers, by arm.
    async fn driven(
        &mut self,
        number: usize,
        phase: &Phase,
        places: &[usize],
    ) -> Result<Vec<Vec<Vec<KeptAnswer>>>, Failure> {
        let (bench, exercise) = (self.bench, self.exercise);
        let together = phase_together(phase, self.scope);
        bench.step(&format!("phase {}: {} s{}", phase.name, phase.seconds, if together { "" } else { " an arm" }));
        let mut answers = vec![Vec::new(); self.shop.arms.len()];
        for places in places.chunks(if together { places.len().max(1) } else { 1 }) {
            let seed = exercise.load.seed + 1_000 + number as u64;
            let before = match &self.books {
                Some(books) => books.before(&self.shop, places).await?,
                None => Vec::new(),
            };
            let phased = run_phase(bench, exercise, phase, &mut self.shop, places, seed).await?;
            if let Some(books) = &mut self.books {
                books.after((exercise, phase), &self.shop, places, before).await?;
            }
            for (place, phased) in places.iter().zip(phased) {
                let counted = &mut self.comparison.counted[*place];
                counted.counts.extend(phased.counts);
                counted.phases.push(phased.timeline);
                answers[*place].extend(phased.answers);
            }
        }
        Ok(answers)
    }

    /// Asks the cases again; `when` is "after the phase hang".
    ///
    /// # Errors
    /// Those of asking.
    pub(super) async fn ask_again(&mut self, when: &str) -> Result<(), Failure> {
        let Self { bench, exercise, shop, comparison, answering, .. } = self;
        answering.ask_again(bench, exercise, shop, comparison, when).await
    }
}
