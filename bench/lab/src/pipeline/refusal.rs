//! What follows from a different answer, whenever it is found: the arm is ended, and nothing more is measured of it.

use super::under_load::{Slices, Statuses};
use super::{Asking, Bench, Comparison, Difference, compare_all};
use crate::arms::{Arm, Shop};
use crate::exercise::{Exercise, RequestTemplate};
use crate::exit::Failure;
use load::{KeptAnswer, Mix};

/// Which arms are still measured, and what was asked of them so far.
pub(super) struct Answering {
    /// By arm; the baseline always is.
    pub alive: Vec<bool>,
    askings: usize,
}

impl Answering {
    /// After the first asking.
    pub(super) fn of(comparison: &Comparison) -> Self {
        let mut alive = vec![true; comparison.names.len()];
        comparison.candidates.iter().for_each(|candidate| alive[candidate.arm] = candidate.difference.is_none());
        Self { alive, askings: 0 }
    }

    /// Whether only the baseline is left.
    pub(super) fn is_over(&self) -> bool {
        self.alive.iter().filter(|alive| **alive).count() < 2
    }

    /// The arms that are still measured.
    pub(super) fn arms(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.alive.len()).filter(|arm| self.alive[*arm])
    }

    /// Asks the cases again; `when` is "after the phase hang".
    ///
    /// # Errors
    /// As [`compare_all`].
    pub(super) async fn ask_again(
        &mut self,
        bench: &Bench<'_>,
        exercise: &Exercise,
        shop: &mut Shop,
        comparison: &mut Comparison,
        when: &str,
    ) -> Result<(), Failure> {
        if self.is_over() {
            return Ok(());
        }
        self.askings += 1;
        let asking = Asking::again(exercise, self.askings, when);
        bench.step(&format!("behaviour: {} cases again, {when}", asking.len()));
        let places: Vec<usize> = self.arms().collect();
        let arms: Vec<&Arm> = places.iter().map(|place| &shop.arms[*place]).collect();
        let found = compare_all(&bench.driver, &asking, &arms).await?;
        self.refuse(shop, comparison, places.into_iter().zip(found)).await;
        Ok(())
    }

    /// Ends the arms that differ.
    pub(super) async fn refuse(
        &mut self,
        shop: &mut Shop,
        comparison: &mut Comparison,
        found: impl IntoIterator<Item = (usize, Option<Difference>)>,
    ) {
        for (arm, difference) in found {
            let Some(difference) = difference.filter(|_| self.alive[arm]) else { continue };
            self.alive[arm] = false;
            shop.retire(arm).await;
            let candidate = comparison.candidates.iter_mut().find(|candidate| candidate.arm == arm);
            if let Some(candidate) = candidate {
                candidate.difference = Some(difference);
            }
        }
    }
}

/// The first arm whose answers in slices that were all asked the same differ from the first arm's, and where.
#[must_use]
pub fn first_under_load(
    mix: &Mix,
    templates: &[RequestTemplate],
    answers: &[Vec<Vec<KeptAnswer>>],
) -> Option<(usize, Difference)> {
    let when = |slice: usize| format!("slice {}", slice + 1);
    let found = differences((mix, templates), &slices(answers), Statuses::Compared, when, &mut 0);
    found.into_iter().find_map(|(arm, difference)| Some((arm, difference?)))
}

/// Where the arms' answers of the same slices differ first from those of the first arm, by arm. `when` names a slice by its number.
pub(super) fn differences(
    (mix, templates): (&Mix, &[RequestTemplate]),
    answers: &[&[Vec<KeptAnswer>]],
    statuses: Statuses,
    when: impl Fn(usize) -> String,
    compared: &mut u64,
) -> Vec<(usize, Option<Difference>)> {
    let Some((baseline, others)) = answers.split_first() else { return Vec::new() };
    let mut of_arm = |found: &[Vec<KeptAnswer>]| {
        for (number, (was, is)) in baseline.iter().zip(found).enumerate() {
            let slices = Slices { mix, templates, when: when(number), statuses };
            let (difference, pairs) = slices.first_difference(was, is);
            *compared += pairs as u64;
            if difference.is_some() {
                return difference;
            }
        }
        None
    };
    others.iter().enumerate().map(|(place, found)| (place + 1, of_arm(found))).collect()
}

/// Each arm's slices.
pub(super) fn slices(answers: &[Vec<Vec<KeptAnswer>>]) -> Vec<&[Vec<KeptAnswer>]> {
    answers.iter().map(Vec::as_slice).collect()
}
