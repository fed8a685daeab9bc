//! All phases of an exercise, one after the other; after each of them the arms' answers are compared and the cases asked again.

use super::claims::Claims;
use super::refusal::{Answering, differences, slices};
use super::together::phase_together;
use super::under_load::Statuses;
use super::{Bench, Comparison, Scope, run_phase};
use crate::arms::Shop;
use crate::exercise::Exercise;
use crate::exit::Failure;

/// Runs the phases that the arms' claims need, as long as there is something to compare. Every arm that is still measured is asked
/// again, whether it went through the phase or not: otherwise the cases that change data would have been asked unlike often.
///
/// # Errors
/// Those of the phases and of asking.
pub(super) async fn run_phases(
    bench: &Bench<'_>,
    exercise: &Exercise,
    shop: &mut Shop,
    (claims, scope): (&[Claims], Scope),
    answering: &mut Answering,
    comparison: &mut Comparison,
) -> Result<(), Failure> {
    for (number, phase) in exercise.phase.iter().enumerate() {
        if answering.is_over() {
            break;
        }
        let places: Vec<usize> = answering.arms().filter(|arm| claims[*arm].phases[number]).collect();
        let together = phase_together(phase, scope);
        bench.step(&format!("phase {}: {} s{}", phase.name, phase.seconds, if together { "" } else { " an arm" }));
        let mut answers = vec![Vec::new(); shop.arms.len()];
        for places in places.chunks(if together { places.len().max(1) } else { 1 }) {
            let seed = exercise.load.seed + 1_000 + number as u64;
            let phased = run_phase(bench, exercise, phase, shop, places, seed).await?;
            for (place, phased) in places.iter().zip(phased) {
                comparison.counted[*place].counts.extend(phased.counts);
                answers[*place].push(phased.answers);
            }
        }
        let templates = phase.requests.as_ref().unwrap_or(&exercise.load.requests);
        let asked = (&shop.mix_of(exercise, templates, 0)?, templates.as_slice());
        let when = |_| format!("the phase {}", phase.name);
        let found = differences(asked, &slices(&answers), Statuses::Free, when, &mut comparison.compared);
        answering.refuse(shop, comparison, found).await;
        let when = format!("after the phase {}", phase.name);
        answering.ask_again(bench, exercise, shop, comparison, &when).await?;
    }
    Ok(())
}
